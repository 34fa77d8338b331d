import type { Activity } from '../../../src/core/activity.ts';
import type { Arn } from '../../../src/core/arn.ts';
import { type Clock, MINUTE } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { EventLog } from '../../../src/core/ports/event-log.ts';
import { createEarliestTimer } from '../../../src/core/waiting/earliest-timer.ts';
import { untilDone } from '../../../src/core/waiting/until-done.ts';
import { isOpen, type Shard } from '../shards/shard.ts';
import { logOf, retentionMsOf, type Stream } from '../stream/stream.ts';
import type { StreamDirectory } from '../stream/stream-directory.ts';

/**
 * Forgets records that are older than their stream keeps them. Who reads an expired one trims the shard first, so that it is
 * never seen; a timer trims what nobody reads, some time later and for many records at once. What a process appended that was
 * killed is trimmed by whoever starts next.
 */
export interface Retention extends Disposable {
  /** Whether a record that arrived then has expired. */
  isTooOld(stream: Stream, arrivedAtMs: number): boolean;
  /** Trims what has expired of the shard. */
  trim(stream: Stream, shard: Shard): Promise<void>;
  /** Sees to it that what this process appends now goes in its time. */
  expect(stream: Stream): void;
  /** Trims everything that has expired, and the closed shards of which nothing is left; again when more expires. */
  sweep(): Promise<void>;
}

/** How long an expired record that nobody reads may stay. */
const SWEEP_PAUSE_MS = 10 * MINUTE;

/** Retention on the clock. */
export function createRetention(options: {
  readonly directory: StreamDirectory;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly activity: Activity;
  /** Ends what is done without being asked for. */
  readonly signal: AbortSignal;
}): Retention {
  const { directory, log, clock, activity, signal } = options;
  const arrivals = createFirstArrivals(log);

  const horizonMs = (stream: Stream) => clock.nowMs() - retentionMsOf(stream);
  const isTooOld = (stream: Stream, arrivedAtMs: number) => arrivedAtMs < horizonMs(stream);
  const trim: Retention['trim'] = async (stream, { index }) => {
    const first = await arrivals.of(logOf(stream), index);
    if (first === undefined || !isTooOld(stream, first)) return;
    await log.trimBefore(logOf(stream), index, await log.offsetAt(logOf(stream), index, horizonMs(stream)));
  };
  const timer = createEarliestTimer(clock, () => activity.start('trimming streams', () => untilDone(sweep, signal)));
  const plan = (atMs: number) => {
    if (!signal.aborted) timer.plan(atMs);
  };
  const sweep = async () => {
    let nextMs = Number.POSITIVE_INFINITY;
    const streams = await directory.list();
    arrivals.forgetBut(new Set(streams.map(logOf)));
    for (const stream of streams) {
      for (const shard of stream.shards) await trim(stream, shard);
      const left = await forgetExpiredShards(directory, clock.nowMs(), stream);
      for (const { index, closedAtMs } of left.shards) {
        const first = (await arrivals.of(logOf(stream), index)) ?? closedAtMs;
        if (first !== undefined) nextMs = Math.min(nextMs, first + retentionMsOf(stream));
      }
    }
    if (nextMs !== Number.POSITIVE_INFINITY) plan(Math.max(nextMs, clock.nowMs()) + SWEEP_PAUSE_MS);
  };
  return {
    isTooOld,
    trim,
    sweep,
    expect: (stream) => plan(clock.nowMs() + retentionMsOf(stream) + SWEEP_PAUSE_MS),
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}

/** Whether the shard is closed for so long that none of its records is left. */
export const hasExpired = (stream: Stream, { closedAtMs }: Shard, nowMs: number): boolean =>
  closedAtMs !== undefined && closedAtMs + retentionMsOf(stream) < nowMs;

/** The shards that AWS shows: closed ones as long as their last record would be kept. */
export const listedShards = (stream: Stream, nowMs: number): readonly Shard[] =>
  stream.shards.some((shard) => !isOpen(shard))
    ? stream.shards.filter((shard) => !hasExpired(stream, shard, nowMs))
    : stream.shards;

async function forgetExpiredShards(directory: StreamDirectory, nowMs: number, stream: Stream): Promise<Stream> {
  if (listedShards(stream, nowMs).length === stream.shards.length) return stream;
  try {
    return await directory.change(stream, (current) => ({ ...current, shards: listedShards(current, nowMs) }));
  } catch (error) {
    // Deleted meanwhile.
    if (error instanceof ServiceError) return { ...stream, shards: [] };
    throw error;
  }
}

/** When the oldest record of each shard arrived; asks the log only where that record is another than the last time. */
function createFirstArrivals(log: EventLog) {
  const known = new Map<Arn, Map<number, { readonly offset: number; readonly arrivedAtMs: number }>>();
  return {
    async of(name: Arn, index: number): Promise<number | undefined> {
      const shards = known.get(name) ?? new Map();
      known.set(name, shards);
      const { first, next } = await log.bounds(name, index);
      const last = shards.get(index);
      if (last?.offset === first && first < next) return last.arrivedAtMs;
      const [record] = first < next ? await log.read(name, index, first, { maxRecords: 1, maxBytes: 1 }) : [];
      if (record) shards.set(index, { offset: record.offset, arrivedAtMs: record.arrivedAtMs });
      else shards.delete(index);
      return record?.arrivedAtMs;
    },
    forgetBut(names: ReadonlySet<Arn>): void {
      for (const name of [...known.keys()]) if (!names.has(name)) known.delete(name);
    },
  };
}
