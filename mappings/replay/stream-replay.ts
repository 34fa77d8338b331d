import type { Arn } from '../../src/core/arn.ts';
import { parseArn } from '../../src/core/arn.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { FunctionDirectory } from '../../src/core/function.ts';
import type { Progress } from '../../src/core/replay.ts';
import type { StreamRecord, StreamSource } from '../../src/core/source.ts';
import { recordsPayload } from '../payload/records.ts';
import { type Filters, passes } from '../poll/filter-criteria.ts';
import { streamFormat } from '../poll/stream/stream-format.ts';
import { type DeliveryParts, deliverAgain } from './delivery.ts';
import { byLineage } from './lineage.ts';
import type { Pace, Work } from './pace.ts';
import { type RecordBatch, recordBatches } from './record-batches.ts';
import type { ShardRange } from './shard-range.ts';
import { readRange } from './shard-reading.ts';

/** What replaying a stream needs. */
export interface StreamReplayParts extends DeliveryParts {
  readonly clock: Clock;
  readonly functions: FunctionDirectory;
}

/** Records of a stream, and where they go. */
export interface StreamReplay {
  readonly replay: string;
  readonly source: StreamSource;
  /** As records name it: a stream, or a consumer of one. */
  readonly sourceArn: Arn;
  readonly functionArn: Arn;
  readonly mapping?: string | undefined;
  readonly batchSize: number;
  readonly filters: Filters;
  /** The function answers which items failed. */
  readonly reportsItemFailures: boolean;
  /** Which records beside those that the filters keep out. */
  admits(record: StreamRecord): boolean;
}

/** Delivers ranges of shards, each in its order, side by side; children wait for their parents. */
export async function replayStream(
  parts: StreamReplayParts,
  stream: StreamReplay,
  ranges: readonly ShardRange[],
  { pace, progress }: { readonly pace: Pace; readonly progress: Progress },
): Promise<void> {
  const { source, sourceArn } = stream;
  for (const range of pace.isFull ? [] : ranges) {
    const first = await firstOf(readRange(source, sourceArn, range, progress.signal));
    if (first) pace.begin(first.event.occurredAtMs);
  }
  const textOf = await writing(parts, stream);
  await byLineage(ranges, async (range) => {
    using work = pace.work(`replay of ${range.shardId}`);
    const records = readRange(source, sourceArn, range, progress.signal);
    const batching = { batchSize: stream.batchSize, textOf, pace, work, signal: progress.signal };
    for await (const batch of recordBatches(records, batching)) {
      await deliverBatch(parts, stream, { shardId: range.shardId, batch }, { pace, work, progress });
    }
  });
}

/** Where the function reports a failed record, those behind it were not processed: they come next, without it. */
async function deliverBatch(
  parts: StreamReplayParts,
  stream: StreamReplay,
  { shardId, batch }: { readonly shardId: string; readonly batch: RecordBatch },
  { pace, work, progress }: { readonly pace: Pace; readonly work: Work; readonly progress: Progress },
): Promise<void> {
  for (let left = batch; left.records.length > 0 && !progress.signal.aborted; ) {
    const redelivery = redeliveryOf(stream, shardId, left);
    const step = await deliverAgain(parts, redelivery, { pace, work, signal: progress.signal });
    progress.tell(step);
    const failed = left.records.findIndex(({ event }) => event.position.sequenceNumber === step.failedItem);
    if (failed < 0) return;
    left = { records: left.records.slice(failed + 1), texts: left.texts.slice(failed + 1) };
  }
}

async function firstOf(records: AsyncIterable<StreamRecord>): Promise<StreamRecord | undefined> {
  for await (const record of records) return record;
  return undefined;
}

/** Writes a record as the mapping would; `undefined` for one that is not to be delivered. */
async function writing(
  { functions }: StreamReplayParts,
  { sourceArn, functionArn, filters, admits }: StreamReplay,
): Promise<(record: StreamRecord) => string | undefined> {
  const { service = '', region = '' } = parseArn(sourceArn) ?? {};
  const format = streamFormat(service);
  const found = await functions.resolve(functionArn);
  const context = { sourceArn, region, roleArn: found.kind === 'found' ? found.spec.role : '' };
  return (record) => {
    if (!admits(record)) return undefined;
    const text = format.record(record, context);
    return filters.length === 0 ||
      passes(
        filters,
        format.view(record, () => text),
      )
      ? text
      : undefined;
  };
}

function redeliveryOf(stream: StreamReplay, shardId: string, { records, texts }: RecordBatch) {
  const { replay, functionArn, mapping, sourceArn, source } = stream;
  return {
    ...{ replay, functionArn, mapping, sourceArn, shardId },
    payload: recordsPayload(texts),
    trigger: streamFormat(source.service).trigger,
    eventIds: records.map(({ event }) => event.id),
    itemIds: stream.reportsItemFailures ? records.map(({ event }) => event.position.sequenceNumber) : undefined,
    records: records.length,
    firstSequenceNumber: records[0]?.event.position.sequenceNumber,
    lastSequenceNumber: records.at(-1)?.event.position.sequenceNumber,
  };
}
