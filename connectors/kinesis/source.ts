import type { Arn } from '../../src/core/arn.ts';
import { HeadwaterError } from '../../src/core/errors.ts';
import type { ReadFrom, ShardExtent, SourceShard, StreamSource } from '../../src/core/source.ts';
import type { ResourceDescription } from '../../src/core/target.ts';
import { offsetOf, readShard } from './records/reading.ts';
import { createShardReader, offsetOfPosition, type ReaderParts } from './shard-reader.ts';
import { parseSequenceNumber, sequenceNumberAt } from './shards/sequence-number.ts';
import { isClosing, isOpen, type Shard, shardIdOf, shardIndexOf } from './shards/shard.ts';
import { logOf, retentionMsOf, type Stream, shardAt, streamArnIn } from './stream/stream.ts';

/** Streams as event sources of mappings. An ARN names the stream or one of its consumers. */
export function createSource(parts: ReaderParts): StreamSource {
  const { directory, log } = parts;
  return {
    service: 'kinesis',
    describe: (arn) => describeStream(parts, arn),
    async shards(arn) {
      // A consumer that was deregistered has none.
      const stream = (await describeStream(parts, arn)) && (await directory.findArn(arn));
      if (!stream) return [];
      const { shards } = stream;
      const holding = await Promise.all(
        shards.map(
          async (shard) =>
            isClosing(shard) || (await log.bounds(logOf(stream), shard.index)).first < (shard.endOffset ?? 0),
        ),
      );
      return lineage(shards, (shard) => holding[shards.indexOf(shard)] ?? false).map(sourceShard);
    },
    onReshard: (arn, changed) => directory.onChange(streamArnIn(arn), changed),
    async reader(arn, shardId, from) {
      const found = await findShard(parts, arn, shardId);
      if (!found) return undefined;
      return createShardReader(parts, {
        arn,
        ...found,
        offset: await beginning(parts, found.stream, found.shard, from),
      });
    },
    async extent(arn, shardId) {
      const found = await findShard(parts, arn, shardId);
      return found && (await extentOf(parts, found.stream, found.shard));
    },
  };
}

/** What others may know of a stream or of a consumer. */
export async function describeStream(
  { directory }: Pick<ReaderParts, 'directory'>,
  arn: Arn,
): Promise<ResourceDescription | undefined> {
  const stream = await directory.findArn(arn);
  if (!stream || (arn !== stream.arn && !stream.consumers.some((consumer) => consumer.arn === arn))) return undefined;
  return { arn, retentionMs: retentionMsOf(stream) };
}

async function findShard({ directory }: ReaderParts, arn: Arn, shardId: string) {
  const stream = await directory.findArn(arn);
  const index = shardIndexOf(shardId);
  const shard = stream && index !== undefined ? shardAt(stream, index) : undefined;
  return stream && shard && { stream, shard };
}

async function beginning(parts: ReaderParts, stream: Stream, shard: Shard, from: ReadFrom): Promise<number> {
  if (from.at === 'position') {
    // What others wrote meanwhile is to be counted from the first instant on.
    await parts.log.bounds(logOf(stream), shard.index);
    return offsetOfPosition(stream, from.position);
  }
  if ('sequenceNumber' in from && parseSequenceNumber(from.sequenceNumber)?.shardIndex !== shard.index) {
    const message = `${from.sequenceNumber} is not a sequence number of ${shardIdOf(shard.index)} in ${stream.arn}`;
    throw new HeadwaterError('UNKNOWN_SEQUENCE_NUMBER', message);
  }
  return await offsetOf(parts, stream, shard, from);
}

/** Open shards, those with records, and what came of these: an empty one in between ties its children to its parents. */
function lineage(shards: readonly Shard[], holds: (shard: Shard) => boolean): readonly Shard[] {
  const kept = new Set<number>();
  for (const shard of shards) {
    if (isOpen(shard) || holds(shard) || shard.parents.some((parent) => kept.has(parent))) kept.add(shard.index);
  }
  return shards.filter(({ index }) => kept.has(index));
}

const sourceShard = ({ index, parents }: Shard): SourceShard => ({
  shardId: shardIdOf(index),
  parentIds: parents.map(shardIdOf),
});

async function extentOf(parts: ReaderParts, stream: Stream, shard: Shard): Promise<ShardExtent> {
  const one = { maxRecords: 1, maxBytes: 1 };
  const begin = await readShard(parts, stream, shard, 0, one);
  const { first, next } = await parts.log.bounds(logOf(stream), shard.index);
  const end = Math.min(next, shard.endOffset ?? next);
  const finish = await readShard(parts, stream, shard, end - 1, one);
  const edge = ([record]: typeof begin.records) =>
    record && {
      sequenceNumber: sequenceNumberAt(shard, record.offset, record.arrivedAtMs),
      arrivedAtMs: record.arrivedAtMs,
    };
  const count = Math.max(0, end - first);
  const closed = !isOpen(shard);
  const trimmed = first > 0;
  if (count === 0) return { count, closed, trimmed };
  return { count, closed, trimmed, first: edge(begin.records), last: edge(finish.records) };
}
