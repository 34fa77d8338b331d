import type { Arn } from '../../src/core/arn.ts';
import { HeadwaterError } from '../../src/core/errors.ts';
import type { RangeEnd, RangeStart, RecordRange } from '../../src/core/replay.ts';
import type { ShardExtent, StreamRecord, StreamSource } from '../../src/core/source.ts';
import type { ResourceDescription } from '../../src/core/target.ts';
import { compareSequence } from '../poll/stream/checkpoint/shard-checkpoint.ts';

/** What to read of one shard. */
export interface ShardRange {
  readonly shardId: string;
  readonly parentIds: readonly string[];
  readonly from: RangeStart;
  /** The last record that is wanted; absent where the shard has none. */
  readonly until: RangeEnd | undefined;
}

/** The ranges of all shards that are asked for, parents before children. Refuses what was trimmed, and says what is left. */
export async function shardRanges(
  source: StreamSource,
  arn: Arn,
  range: RecordRange,
  nowMs: number,
): Promise<readonly ShardRange[]> {
  const { retentionMs } = await requireStream(source, arn);
  const oldestMs = nowMs - (retentionMs ?? Number.POSITIVE_INFINITY);
  const shards = await source.shards(arn);
  const chosen = shards.filter(({ shardId }) => range.shardId === undefined || shardId === range.shardId);
  if (chosen.length === 0) throw unknownShard(range.shardId ?? '', shards);
  if (isBySequence(range) && chosen.length > 1) throw shardNeeded(shards);
  const found: ShardRange[] = [];
  for (const { shardId, parentIds } of chosen) {
    const extent = await source.extent(arn, shardId);
    if (!extent) continue;
    if (!range.available) refuseTrimmed(shardId, extent, range, oldestMs);
    found.push({ shardId, parentIds, from: startOf(range, extent), until: endOf(range, extent) });
  }
  return found;
}

/** What the source says of a stream that must be there. */
export async function requireStream(source: StreamSource, arn: Arn): Promise<ResourceDescription> {
  const stream = await source.describe(arn);
  if (stream) return stream;
  const hint = /:table\/[^/]+$/.test(arn) ? "; a table's stream has an ARN of its own, which DescribeTable shows" : '';
  throw new HeadwaterError('UNKNOWN_STREAM', `There is no stream ${arn}${hint}`);
}

/** Whether the record lies behind the range. */
export function isBehind({ until }: ShardRange, { event }: StreamRecord): boolean {
  if (until === undefined) return true;
  if ('timestampMs' in until) return event.occurredAtMs > until.timestampMs;
  return compareSequence(event.position.sequenceNumber, until.sequenceNumber) > 0;
}

/** Whether the record is the last that can lie in the range. */
export const isLast = ({ until }: ShardRange, { event }: StreamRecord): boolean =>
  until !== undefined && 'sequenceNumber' in until && event.position.sequenceNumber === until.sequenceNumber;

const isBySequence = ({ from, until }: RecordRange) =>
  'sequenceNumber' in from || (until !== undefined && 'sequenceNumber' in until);

/** A place that was trimmed cannot be read from; what is left can. */
function startOf({ from }: RecordRange, { first }: ShardExtent): RangeStart {
  const isTrimmed = 'sequenceNumber' in from && first && compareSequence(from.sequenceNumber, first.sequenceNumber) < 0;
  return isTrimmed ? { at: 'trim-horizon' } : from;
}

/** Without an end the range ends with what is there now: a replay of a live stream comes to its end. */
function endOf({ until }: RecordRange, { last }: ShardExtent): RangeEnd | undefined {
  if (!last) return undefined;
  const newest = { sequenceNumber: last.sequenceNumber };
  if (until === undefined) return newest;
  if ('timestampMs' in until) return until.timestampMs < last.arrivedAtMs ? until : newest;
  return compareSequence(until.sequenceNumber, last.sequenceNumber) < 0 ? until : newest;
}

function refuseTrimmed(shardId: string, extent: ShardExtent, { from }: RecordRange, oldestMs: number): void {
  const { first, last, count } = extent;
  if (!isTrimmed(from, extent, oldestMs)) return;
  const trimmed = `Records of ${shardId} were trimmed before ${asked(from)} could be read`;
  if (!first || !last) throw new HeadwaterError('RANGE_TRIMMED', `${trimmed}: none is left`);
  const left =
    count === 1 ? `one is left, ${place(first)}` : `${count} are left, from ${place(first)} to ${place(last)}`;
  const hint = 'Ask for what is left, or take it with --available ("available": true)';
  throw new HeadwaterError('RANGE_TRIMMED', `${trimmed}: ${left}. ${hint}`);
}

const place = ({ sequenceNumber, arrivedAtMs }: { readonly sequenceNumber: string; readonly arrivedAtMs: number }) =>
  `${sequenceNumber} (${instant(arrivedAtMs)})`;

/** Only what is older than the retention is trimmed, so a later instant loses nothing. */
function isTrimmed(from: RangeStart, { first, trimmed }: ShardExtent, oldestMs: number): boolean {
  if (!trimmed) return false;
  switch (from.at) {
    case 'trim-horizon':
      return false;
    case 'timestamp':
      return from.timestampMs < oldestMs && (first === undefined || from.timestampMs < first.arrivedAtMs);
    case 'sequence-number':
    case 'after-sequence-number':
      return first === undefined || compareSequence(from.sequenceNumber, first.sequenceNumber) < 0;
  }
}

function asked(from: RangeStart): string {
  switch (from.at) {
    case 'trim-horizon':
      return 'the oldest';
    case 'timestamp':
      return `those from ${instant(from.timestampMs)} on`;
    case 'sequence-number':
      return `those from ${from.sequenceNumber} on`;
    case 'after-sequence-number':
      return `those after ${from.sequenceNumber}`;
  }
}

const instant = (atMs: number) => new Date(atMs).toISOString();

function unknownShard(shardId: string, shards: readonly { readonly shardId: string }[]): HeadwaterError {
  const known = shards.map((shard) => shard.shardId).join(', ') || 'none';
  return new HeadwaterError('UNKNOWN_SHARD', `There is no shard ${shardId}; the stream has ${known}`);
}

function shardNeeded(shards: readonly { readonly shardId: string }[]): HeadwaterError {
  const known = shards.map(({ shardId }) => shardId).join(', ');
  return new HeadwaterError('SHARD_NEEDED', `A sequence number needs its shard (--shard); the stream has ${known}`);
}
