import type { Activity } from '../../../src/core/activity.ts';
import type { Arn } from '../../../src/core/arn.ts';
import { type Clock, MINUTE } from '../../../src/core/clock.ts';
import type { EventLog } from '../../../src/core/ports/event-log.ts';
import { isOpen, type Shard } from '../shards/shard.ts';
import { retentionMsOf, type Stream } from '../stream/stream.ts';
import type { StreamDirectory } from '../stream/stream-directory.ts';

/**
 * Forgets records that are older than their stream keeps them. Who reads a shard trims it first, so that an expired record is
 * never seen; a timer trims what nobody reads, some time later and for many records at once.
 */
export interface Retention extends Disposable {
  /** Trims what has expired of the shard. */
  trim(stream: Stream, shard: Shard): Promise<void>;
  /** Sees to it that what is appended now goes in its time. */
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
}): Retention {
  const { directory, log, clock, activity } = options;
  const arrivals = createFirstArrivals(log);
  let sweeping: { readonly atMs: number; readonly timer: Disposable } | undefined;

  const trim: Retention['trim'] = async (stream, { index }) => {
    const horizonMs = clock.nowMs() - retentionMsOf(stream);
    const first = await arrivals.of(stream.arn, index);
    if (first === undefined || first >= horizonMs) return;
    await log.trimBefore(stream.arn, index, await log.offsetAt(stream.arn, index, horizonMs));
  };
  const plan = (atMs: number) => {
    if (sweeping && sweeping.atMs <= atMs) return;
    sweeping?.timer[Symbol.dispose]();
    const timer = clock.setTimer(atMs - clock.nowMs(), () => {
      sweeping = undefined;
      void activity.during('trimming streams', sweep);
    });
    sweeping = { atMs, timer };
  };
  const sweep = async () => {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const stream of await directory.list()) {
      for (const shard of stream.shards) await trim(stream, shard);
      const left = await forgetExpiredShards(directory, clock.nowMs(), stream);
      for (const { index, closedAtMs } of left.shards) {
        const first = (await arrivals.of(stream.arn, index)) ?? closedAtMs;
        if (first !== undefined) nextMs = Math.min(nextMs, first + retentionMsOf(stream));
      }
    }
    if (nextMs !== Number.POSITIVE_INFINITY) plan(Math.max(nextMs, clock.nowMs()) + SWEEP_PAUSE_MS);
  };
  return {
    trim,
    sweep,
    expect: (stream) => plan(clock.nowMs() + retentionMsOf(stream) + SWEEP_PAUSE_MS),
    [Symbol.dispose]() {
      sweeping?.timer[Symbol.dispose]();
      sweeping = undefined;
    },
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
  return await directory.change(stream, (current) => ({ ...current, shards: listedShards(current, nowMs) }));
}

/** When the oldest record of each shard arrived; asks the log only where that record is another than the last time. */
function createFirstArrivals(log: EventLog) {
  const known = new Map<string, { readonly offset: number; readonly arrivedAtMs: number }>();
  return {
    async of(arn: Arn, index: number): Promise<number | undefined> {
      const key = `${arn} ${index}`;
      const { first, next } = await log.bounds(arn, index);
      const last = known.get(key);
      if (last?.offset === first && first < next) return last.arrivedAtMs;
      const [record] = first < next ? await log.read(arn, index, first, { maxRecords: 1, maxBytes: 1 }) : [];
      if (record) known.set(key, { offset: record.offset, arrivedAtMs: record.arrivedAtMs });
      else known.delete(key);
      return record?.arrivedAtMs;
    },
  };
}
