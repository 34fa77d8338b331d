import type { Activity } from '../../../core/activity.ts';
import { type Clock, HOUR } from '../../../core/clock.ts';
import type { Journal } from '../../../core/journal.ts';
import type { LogStore, LogStream } from '../../../core/ports/log-store.ts';
import { createEarliestTimer } from '../../../core/waiting/earliest-timer.ts';
import { untilDone } from '../../../core/waiting/until-done.ts';
import type { GroupDirectory } from './group-directory.ts';
import { groupArn, horizonMs, type LogGroup, storeKey } from './log-group.ts';

/**
 * Forgets events whose time is over. What has expired is not read any more; a timer removes it some time later. AWS keeps as
 * much as is paid for: here a group is bounded, and its oldest events go first.
 */
export interface Retention extends Disposable {
  /** Sees to it that what was just logged goes in its time, and that the group stays within its bounds. */
  expect(group: LogGroup, bytes: number): void;
  /** Removes everything that has expired; again when more expires. */
  sweep(): Promise<void>;
}

/** How long an expired event may stay. */
const SWEEP_PAUSE_MS = HOUR;
/** What a group holds at most. */
export const MAX_GROUP_BYTES = 128 * 2 ** 20;
const MAX_STREAMS = 10_000;
/** After so much, or so often, it is looked whether the group is within its bounds. */
const LOOK_EVERY_BYTES = 4 * 2 ** 20;
const LOOK_EVERY_TIMES = 1_000;
const MAX_COUNTED_GROUPS = 10_000;

/** Retention on the clock. */
export function createRetention(options: {
  readonly groups: GroupDirectory;
  readonly logs: LogStore;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly journal: Journal;
  /** Ends what is done without being asked for. */
  readonly signal: AbortSignal;
}): Retention {
  const { groups, logs, clock, activity, journal, signal } = options;
  const logged = new Map<string, { bytes: number; times: number }>();

  const sweep = async () => {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const group of await groups.list()) {
      if (group.retentionDays === undefined) continue;
      const beforeMs = horizonMs(group, clock.nowMs());
      for (const { name, firstMs } of await logs.streams(storeKey(group))) {
        if (firstMs !== undefined && firstMs < beforeMs) await logs.trimBefore(storeKey(group), name, beforeMs);
        const left = (await logs.stream(storeKey(group), name))?.firstMs;
        if (left !== undefined) nextMs = Math.min(nextMs, clock.nowMs() + left - beforeMs);
      }
    }
    if (nextMs !== Number.POSITIVE_INFINITY) plan(nextMs + SWEEP_PAUSE_MS);
  };
  const timer = createEarliestTimer(clock, () =>
    activity.start('removing expired log events', () => untilDone(sweep, signal)),
  );
  const plan = (atMs: number) => {
    if (!signal.aborted) timer.plan(Math.max(atMs, clock.nowMs()));
  };

  const keepWithinBounds = async (group: LogGroup) => {
    const removed = await removeOldest(logs, storeKey(group));
    if (removed === 0) return;
    const what = `Log group ${group.name} is full: its oldest events went (${removed} bytes)`;
    journal.append({ kind: 'decision', what, arn: groupArn(group, group.name) });
  };
  return {
    sweep,
    expect(group, bytes) {
      if (group.retentionDays !== undefined) {
        plan(clock.nowMs() + (clock.nowMs() - horizonMs(group, clock.nowMs())) + SWEEP_PAUSE_MS);
      }
      const sum = logged.get(storeKey(group)) ?? { bytes: 0, times: 0 };
      sum.bytes += bytes;
      sum.times += 1;
      logged.set(storeKey(group), sum);
      // Groups that are gone are forgotten with the others, which are looked at a little later for it.
      if (logged.size > MAX_COUNTED_GROUPS) logged.clear();
      if (sum.bytes < LOOK_EVERY_BYTES && sum.times < LOOK_EVERY_TIMES) return;
      logged.delete(storeKey(group));
      activity.start('bounding a log group', () => untilDone(() => keepWithinBounds(group), signal));
    },
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}

/** Brings a group within its bounds. A stream that is emptied stays, as long as there are not too many. Answers the bytes that went. */
async function removeOldest(logs: LogStore, group: string): Promise<number> {
  const streams = [...(await logs.streams(group))].sort((a, b) => (a.lastMs ?? 0) - (b.lastMs ?? 0));
  let left = streams.reduce((sum, { bytes }) => sum + bytes, 0);
  const before = left;
  for (const [index, stream] of streams.entries()) {
    const isLast = index === streams.length - 1;
    if (streams.length - index > MAX_STREAMS) await logs.remove(group, stream.name);
    else if (left > MAX_GROUP_BYTES)
      await logs.trimBefore(group, stream.name, isLast ? middleOf(stream) : endOf(stream));
    else break;
    left -= stream.bytes - ((await logs.stream(group, stream.name))?.bytes ?? 0);
  }
  return before - left;
}

const endOf = ({ lastMs = 0 }: LogStream) => lastMs + 1;
/** At least the first instant goes: on a clock that stands still there is no other. */
const middleOf = ({ firstMs = 0, lastMs = 0 }: LogStream) => Math.max(firstMs + 1, Math.ceil((firstMs + lastMs) / 2));
