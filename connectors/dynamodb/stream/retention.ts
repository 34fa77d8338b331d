import type { Activity } from '../../../src/core/activity.ts';
import type { Arn } from '../../../src/core/arn.ts';
import { type Clock, MINUTE } from '../../../src/core/clock.ts';
import type { LogBounds } from '../../../src/core/ports/event-log.ts';
import type { ChangeLog } from '../../../src/core/ports/table-store.ts';
import { createEarliestTimer } from '../../../src/core/waiting/earliest-timer.ts';
import { untilDone } from '../../../src/core/waiting/until-done.ts';
import { isForgotten, RETENTION_MS, type Shard, type Stream, withoutOldShards } from './stream.ts';
import type { StreamDirectory } from './stream-directory.ts';

/**
 * Forgets changes, shards and streams a day after. Who reads a shard trims it first, so that an expired change is never seen;
 * a timer trims what nobody reads, some time later and for many changes at once.
 */
export interface Retention extends Disposable {
  /** Trims a shard; what is left of it can be read now. */
  trim(stream: Arn, index: number): Promise<LogBounds>;
  /** How many changes that are not expired lie from an offset on, as far as this process knows. */
  waiting(stream: Arn, index: number, offset: number): number;
  /** Sees to it that what is written now goes in its time. */
  expect(): void;
  /** Trims all there is, forgets what is gone, and does so again when there will be more. */
  sweep(): Promise<void>;
}

/** How long what has expired and is not read may stay. */
const SWEEP_PAUSE_MS = 10 * MINUTE;

/** Retention of the streams in a directory. */
export function createRetention(options: {
  readonly changes: ChangeLog;
  readonly directory: StreamDirectory;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly signal: AbortSignal;
}): Retention {
  const { changes, directory, clock, activity, signal } = options;
  /** When the oldest change of a shard becomes too old, or an older one that is gone by now. */
  const oldestEndsAtMs = new Map<string, number>();

  const learnOldest = async (stream: Arn, index: number) => {
    const [oldest] = await changes.read(stream, index, 0, { maxRecords: 1, maxBytes: 1 });
    if (oldest) oldestEndsAtMs.set(keyOf(stream, index), oldest.arrivedAtMs + RETENTION_MS);
    else oldestEndsAtMs.delete(keyOf(stream, index));
  };
  const trim = async (stream: Arn, index: number): Promise<LogBounds> => {
    const nowMs = clock.nowMs();
    const bounds = await changes.bounds(stream, index);
    if (bounds.first === bounds.next || nowMs < (oldestEndsAtMs.get(keyOf(stream, index)) ?? 0)) return bounds;
    await changes.trimBefore(stream, index, await changes.offsetAt(stream, index, nowMs - RETENTION_MS + 1));
    await learnOldest(stream, index);
    return await changes.bounds(stream, index);
  };
  /** When the next of the stream's shards can be forgotten or trimmed. */
  const sweepStream = async (stream: Stream, nowMs: number): Promise<number> => {
    for (const { index } of stream.shards) await trim(stream.arn, index);
    const { shards } = withoutOldShards(stream, nowMs);
    for (const shard of stream.shards) {
      if (!shards.includes(shard)) oldestEndsAtMs.delete(keyOf(stream.arn, shard.index));
    }
    if (shards.length < stream.shards.length) {
      await directory.change(stream.arn, (current) => withoutOldShards(current, nowMs));
    }
    const newest = shards[shards.length - 1];
    const ends = shards.flatMap((shard) => [
      oldestEndsAtMs.get(keyOf(stream.arn, shard.index)) ?? Number.POSITIVE_INFINITY,
      shard === newest ? Number.POSITIVE_INFINITY : endOf(shard),
    ]);
    return Math.min(...ends, (stream.disabledAtMs ?? Number.POSITIVE_INFINITY) + RETENTION_MS);
  };
  const sweep = async () => {
    const nowMs = clock.nowMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const stream of directory.known()) {
      if (isForgotten(stream, nowMs)) await directory.remove(stream);
      else nextMs = Math.min(nextMs, await sweepStream(stream, nowMs));
    }
    if (nextMs !== Number.POSITIVE_INFINITY) plan(Math.max(nextMs, clock.nowMs()) + SWEEP_PAUSE_MS);
  };
  const timer = createEarliestTimer(clock, () => activity.start('trimming streams', () => untilDone(sweep, signal)));
  const plan = (atMs: number) => {
    if (!signal.aborted) timer.plan(atMs);
  };

  return {
    trim,
    waiting(stream, index, offset) {
      const newestAtMs = changes.newestAtMs(stream, index) ?? Number.POSITIVE_INFINITY;
      if (clock.nowMs() >= newestAtMs + RETENTION_MS) return 0;
      const { first, next } = changes.known(stream, index);
      return Math.max(0, next - Math.max(first, offset));
    },
    expect: () => plan(clock.nowMs() + RETENTION_MS + SWEEP_PAUSE_MS),
    sweep,
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}

const endOf = ({ endedAtMs = Number.POSITIVE_INFINITY }: Shard) => endedAtMs + RETENTION_MS;

const keyOf = (stream: Arn, index: number) => `${stream} ${index}`;
