import type { Arn } from '../../../src/core/arn.ts';
import { type Clock, HOUR } from '../../../src/core/clock.ts';
import type { LogBounds } from '../../../src/core/ports/event-log.ts';
import type { ChangeLog } from '../../../src/core/ports/table-store.ts';
import { isForgotten, RETENTION_MS, type Stream, withoutOldShards } from './stream.ts';
import type { StreamDirectory } from './stream-directory.ts';

/**
 * Forgets changes, shards and streams a day after: what is old is trimmed before it could be read, and what nobody reads
 * while something is written.
 */
export interface Retention {
  /** Trims a shard; what is left of it can be read now. */
  trim(stream: Arn, index: number): Promise<LogBounds>;
  /** Whether it is time to sweep again. */
  due(): boolean;
  /** Trims all there is, and forgets what is gone. */
  sweep(): Promise<void>;
}

const SWEEP_INTERVAL_MS = HOUR;

/** Retention of the streams in a directory. */
export function createRetention(options: {
  readonly changes: ChangeLog;
  readonly directory: StreamDirectory;
  readonly clock: Clock;
}): Retention {
  const { changes, directory, clock } = options;
  /** When the oldest change of a shard becomes too old. */
  const oldestEndsAtMs = new Map<string, number>();
  let nextSweepAtMs = 0;

  const trim = async (stream: Arn, index: number): Promise<LogBounds> => {
    const shard = `${stream} ${index}`;
    const nowMs = clock.nowMs();
    const { first, next } = await changes.bounds(stream, index);
    if (first < next && nowMs >= (oldestEndsAtMs.get(shard) ?? 0)) {
      await changes.trimBefore(stream, index, await changes.offsetAt(stream, index, nowMs - RETENTION_MS + 1));
      const [oldest] = await changes.read(stream, index, 0, { maxRecords: 1, maxBytes: 1 });
      if (oldest) oldestEndsAtMs.set(shard, oldest.arrivedAtMs + RETENTION_MS);
      else oldestEndsAtMs.delete(shard);
    }
    return changes.bounds(stream, index);
  };
  const forgetShards = async (stream: Stream, nowMs: number) => {
    for (const { index } of stream.shards) await trim(stream.arn, index);
    const { shards } = withoutOldShards(stream, nowMs);
    if (shards === stream.shards) return;
    for (const { index } of stream.shards) {
      if (!shards.some((shard) => shard.index === index)) oldestEndsAtMs.delete(`${stream.arn} ${index}`);
    }
    await directory.change(stream.arn, (current) => withoutOldShards(current, nowMs));
  };

  return {
    trim,
    due: () => clock.nowMs() >= nextSweepAtMs,
    async sweep() {
      const nowMs = clock.nowMs();
      nextSweepAtMs = nowMs + SWEEP_INTERVAL_MS;
      for (const stream of [...directory.known()]) {
        if (isForgotten(stream, nowMs)) await directory.remove(stream);
        else await forgetShards(stream, nowMs);
      }
    },
  };
}
