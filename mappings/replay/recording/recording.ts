import type { Arn } from '../../../src/core/arn.ts';
import type { RecordProgress, RecordRange } from '../../../src/core/replay.ts';
import type { StreamRecord, StreamSource } from '../../../src/core/source.ts';
import type { ShardRange } from '../shard-range.ts';
import { readRange } from '../shard-reading.ts';
import { recordedEvent } from './recorded-event.ts';

/** Tells the records of all ranges by the time of their arrival: so a file has them in the order that they are published in. */
export async function recordRanges(
  source: StreamSource,
  arn: Arn,
  ranges: readonly ShardRange[],
  progress: RecordProgress,
): Promise<void> {
  const heads = new Map<AsyncGenerator<StreamRecord>, StreamRecord>();
  const step = async (records: AsyncGenerator<StreamRecord>) => {
    const next = await records.next();
    if (next.done) heads.delete(records);
    else heads.set(records, next.value);
  };
  for (const range of ranges) await step(readRange(source, arn, range, progress.signal));
  while (heads.size > 0 && !progress.signal.aborted) {
    const [[records, record] = []] = [...heads].sort(([, a], [, b]) => a.event.occurredAtMs - b.event.occurredAtMs);
    if (!records || !record) return;
    await progress.tell(recordedEvent(record));
    await step(records);
  }
}

/**
 * Tells records as they come, those of one key in their order, until the signal is aborted: so the file has them in an order
 * in which they can be published. New shards join; children wait until their parents are at their end.
 */
export async function recordOnwards(
  source: StreamSource,
  arn: Arn,
  { shardId, from }: Pick<RecordRange, 'shardId' | 'from'>,
  progress: RecordProgress,
): Promise<void> {
  const begun = new Map<string, Promise<void>>();
  const failed = new AbortController();
  const signal = AbortSignal.any([progress.signal, failed.signal]);
  const tellShard = async (id: string, start: RecordRange['from']) => {
    using reader = await source.reader(arn, id, start);
    while (reader && !signal.aborted) {
      const { records, ended } = await reader.read(PAGE, signal);
      for (const record of records) if (!signal.aborted) await progress.tell(recordedEvent(record));
      if (ended) return;
    }
  };
  const join = async (start: RecordRange['from']) => {
    for (const shard of await source.shards(arn)) {
      if (begun.has(shard.shardId) || (shardId !== undefined && shard.shardId !== shardId)) continue;
      const parents = shard.parentIds.flatMap((id) => begun.get(id) ?? []);
      begun.set(
        shard.shardId,
        Promise.all(parents).then(() => tellShard(shard.shardId, start)),
      );
    }
  };
  if (signal.aborted) return;
  await new Promise<void>((resolve, reject) => {
    const fail = (error: unknown) => {
      failed.abort();
      reject(error);
    };
    const watch = (start: RecordRange['from']) =>
      join(start).then(() => void Promise.all(begun.values()).catch(fail), fail);
    const reshard = source.onReshard(arn, () => void watch({ at: 'trim-horizon' }));
    signal.addEventListener('abort', () => {
      reshard[Symbol.dispose]();
      resolve();
    });
    void watch(from);
  });
  await Promise.allSettled(begun.values());
}

const PAGE = { maxRecords: 1000, maxBytes: 4 * 1024 * 1024 };
