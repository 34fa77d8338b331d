import type { Arn } from '../../src/core/arn.ts';
import type { StreamRecord, StreamSource } from '../../src/core/source.ts';
import { isBehind, isLast, type ShardRange } from './shard-range.ts';

/** One read; a record that is larger comes alone. */
const PAGE = { maxRecords: 1000, maxBytes: 4 * 1024 * 1024 };

/** The records of a range in their order, without ever waiting for one: what was trimmed meanwhile is passed over. */
export async function* readRange(
  source: StreamSource,
  arn: Arn,
  range: ShardRange,
  signal: AbortSignal,
): AsyncGenerator<StreamRecord> {
  if (range.until === undefined) return;
  using reader = await source.reader(arn, range.shardId, range.from);
  while (reader && !signal.aborted && reader.due().dueNow > 0) {
    const page = await reader.read(PAGE, signal);
    for (const record of page.records) {
      if (isBehind(range, record)) return;
      yield record;
      if (isLast(range, record) || signal.aborted) return;
    }
    if (page.ended) return;
  }
}
