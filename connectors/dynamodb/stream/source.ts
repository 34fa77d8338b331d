import type { Arn } from '../../../src/core/arn.ts';
import type { ReadFrom, ShardExtent, StreamSource } from '../../../src/core/source.ts';
import { parseSequenceNumber, sequenceNumber } from './sequence-number.ts';
import { isShardClosed, openShardReader, type ReadingParts } from './shard-reader.ts';
import { findShard, parentIds, RETENTION_MS, type Shard, type Stream, shardId } from './stream.ts';

/** Tables' streams as event sources of mappings. */
export function createSource(parts: ReadingParts): StreamSource {
  const { changes, directory, retention } = parts;
  const find = async (arn: Arn, id: string) => {
    const stream = await directory.find(arn);
    const shard = stream && findShard(stream, id);
    return stream && shard ? { stream, shard } : undefined;
  };
  return {
    service: 'dynamodb',
    describe: async (arn) => ((await directory.find(arn)) ? { arn, retentionMs: RETENTION_MS } : undefined),
    async shards(arn) {
      const stream = await directory.find(arn);
      const toShard = (shard: Shard) => ({
        shardId: shardId(stream as Stream, shard.index),
        parentIds: parentIds(stream as Stream, shard),
      });
      return stream ? stream.shards.map(toShard) : [];
    },
    onReshard: (arn, changed) => directory.onChange(arn, changed),
    async reader(arn, id, from) {
      const found = await find(arn, id);
      if (!found) return undefined;
      return openShardReader(parts, found.stream, found.shard, await offsetOf(parts, found.stream, found.shard, from));
    },
    async extent(arn, id): Promise<ShardExtent | undefined> {
      const found = await find(arn, id);
      if (!found) return undefined;
      const { stream, shard } = found;
      const { first, next } = await retention.trim(arn, shard.index);
      const edge = async (offset: number) => {
        const [record] = await changes.read(arn, shard.index, offset, { maxRecords: 1, maxBytes: 1 });
        return (
          record && {
            sequenceNumber: sequenceNumber({ index: shard.index, offset: record.offset }),
            arrivedAtMs: record.arrivedAtMs,
          }
        );
      };
      const count = next - first;
      const edges = count > 0 ? { first: await edge(first), last: await edge(next - 1) } : {};
      return { ...edges, count, closed: isShardClosed(stream, shard), trimmed: first > 0 };
    },
  };
}

/** The offset that reading starts at. A sequence number of an older shard means the beginning, one of a newer the end. */
async function offsetOf(
  { changes, retention }: ReadingParts,
  { arn }: Stream,
  { index }: Shard,
  from: ReadFrom,
): Promise<number> {
  const { first, next } = await retention.trim(arn, index);
  switch (from.at) {
    case 'trim-horizon':
      return first;
    case 'latest':
      return next;
    case 'timestamp':
      return await changes.offsetAt(arn, index, from.timestampMs);
    case 'position':
      return Number(from.position);
    case 'sequence-number':
    case 'after-sequence-number': {
      const named = parseSequenceNumber(from.sequenceNumber);
      if (named === undefined || named.index < index) return first;
      if (named.index > index) return next;
      return named.offset + (from.at === 'sequence-number' ? 0 : 1);
    }
  }
}
