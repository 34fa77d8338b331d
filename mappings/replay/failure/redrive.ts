import type { Arn } from '../../../src/core/arn.ts';
import { HeadwaterError } from '../../../src/core/errors.ts';
import type { MappingFacts } from '../../../src/core/mappings.ts';
import type { Progress, ReplayStep } from '../../../src/core/replay.ts';
import type { StreamRecord } from '../../../src/core/source.ts';
import { parseFilters } from '../../poll/filter-criteria.ts';
import { laneOf } from '../../poll/stream/lane-of.ts';
import { deliverAgain } from '../delivery.ts';
import { itemsOf } from '../event-items.ts';
import type { Pace } from '../pace.ts';
import { shardRanges } from '../shard-range.ts';
import { readRange } from '../shard-reading.ts';
import { replayStream, type StreamReplayParts } from '../stream-replay.ts';
import type { StreamSources } from '../stream-sources.ts';
import { type FailureNotice, readFailureNotice } from './failure-notice.ts';
import type { FailureMessage, FailureQueue } from './failure-queue.ts';

/** What redriving needs. */
export interface RedriveParts extends StreamReplayParts {
  readonly streams: StreamSources;
  readonly mappingsOf: (sourceArn: Arn) => readonly MappingFacts[];
  readonly queue: FailureQueue;
}

/** How a redrive runs. */
export interface Redrive {
  readonly replay: string;
  /** Where all goes; absent: each to the function that failed. */
  readonly functionArn: Arn | undefined;
  readonly available: boolean;
  readonly pace: Pace;
  readonly progress: Progress;
}

/** Redrives records as they were handed over. */
export async function redriveRecords(
  parts: RedriveParts,
  redrive: Redrive,
  records: readonly unknown[],
): Promise<void> {
  for (const [index, record] of records.entries()) {
    if (redrive.progress.signal.aborted) return;
    await redriveOne(parts, redrive, record, `record ${index + 1}`);
  }
}

/** Redrives what a queue holds; a message goes when its batch was delivered, else it is shown again at the end. */
export async function redriveQueue(parts: RedriveParts, redrive: Redrive, queue: Arn): Promise<void> {
  const kept = new Map<string, FailureMessage>();
  try {
    while (!redrive.progress.signal.aborted) {
      const message = await parts.queue.take(queue);
      // One that is here again has been tried: its time of hiding was over.
      if (!message || kept.has(message.id)) return;
      const isDelivered = await redriveOne(parts, redrive, parsed(message.body), `message ${message.id}`);
      if (isDelivered) await message.remove();
      else kept.set(message.id, message);
    }
  } finally {
    for (const message of kept.values()) await message.release();
  }
}

/** Whether all of it was delivered. */
async function redriveOne(parts: RedriveParts, redrive: Redrive, value: unknown, name: string): Promise<boolean> {
  const notice = readFailureNotice(value);
  if (!notice)
    return leaveOut(redrive.progress, name, 'is no record of a failure: it names no function with a batch or an event');
  if (notice.kind === 'event') return await redriveEvent(parts, redrive, notice);
  try {
    return await redriveBatch(parts, redrive, notice);
  } catch (error) {
    if (!(error instanceof HeadwaterError)) throw error;
    return leaveOut(redrive.progress, `the batch ${notice.first}–${notice.last} of ${notice.shardId}`, error.message);
  }
}

function leaveOut(progress: Progress, what: string, why: string): false {
  progress.tell({ kind: 'left-out', what, why });
  return false;
}

async function redriveEvent(
  parts: RedriveParts,
  { replay, functionArn, pace, progress }: Redrive,
  notice: Extract<FailureNotice, { kind: 'event' }>,
): Promise<boolean> {
  using work = pace.work('redriving an event');
  const { payload, trigger } = notice;
  const items = itemsOf(payload, notice.functionArn, parts.mappingsOf);
  const redelivery = {
    ...{ replay, functionArn: functionArn ?? notice.functionArn, payload: Buffer.from(payload), trigger },
    ...{ eventIds: items?.eventIds ?? [], records: items?.eventIds.length ?? 1 },
    ...{ mapping: items?.mapping, itemIds: items?.itemIds },
  };
  const step = await deliverAgain(parts, redelivery, { pace, work, signal: progress.signal });
  progress.tell(step);
  return step.outcome === 'ok';
}

async function redriveBatch(
  parts: RedriveParts,
  { replay, functionArn, available, pace, progress }: Redrive,
  notice: Extract<FailureNotice, { kind: 'batch' }>,
): Promise<boolean> {
  const { streamArn: sourceArn, shardId, first, last } = notice;
  const source = parts.streams.require(sourceArn);
  const from = { at: 'sequence-number', sequenceNumber: first } as const;
  const range = { shardId, from, until: { sequenceNumber: last }, available };
  const ranges = await shardRanges(source, sourceArn, range, parts.clock.nowMs());
  const mapping = parts.mappingsOf(sourceArn).find((each) => each.functionArn === notice.functionArn);
  const [shard] = ranges;
  const records = shard && readRange(source, sourceArn, shard, progress.signal);
  const stream = {
    ...{ replay, source, sourceArn, functionArn: functionArn ?? notice.functionArn, mapping: mapping?.uuid },
    batchSize: Math.max(1, notice.records),
    filters: parseFilters(mapping?.filters ?? []),
    reportsItemFailures: mapping?.reportsItemFailures ?? false,
    admits: await sameLane(records, mapping),
  };
  let isDelivered = true;
  let count = 0;
  const tell = (step: ReplayStep) => {
    if (step.kind === 'delivered') {
      isDelivered &&= step.outcome === 'ok';
      count += step.records;
    }
    progress.tell(step);
  };
  await replayStream(parts, stream, ranges, { pace, progress: { signal: progress.signal, tell } });
  if (count < notice.records) {
    return leaveOut(progress, `${notice.records - count} of ${notice.records} records of ${shardId}`, GONE);
  }
  return isDelivered;
}

const GONE = 'they were trimmed, or the mapping that left them has other filters or another ParallelizationFactor now';

/** Between a batch's first and last record lie those of other lanes, which ran side by side. */
async function sameLane(
  records: AsyncIterable<StreamRecord> | undefined,
  mapping: MappingFacts | undefined,
): Promise<(record: StreamRecord) => boolean> {
  const lanes = mapping?.parallelizationFactor ?? 1;
  if (lanes === 1) return () => true;
  for await (const first of records ?? []) {
    const lane = laneOf(first.key, lanes);
    return (record) => laneOf(record.key, lanes) === lane;
  }
  return () => true;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
