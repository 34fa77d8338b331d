import type { DescribeStreamInput, DescribeStreamOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { listedShards } from '../records/retention.ts';
import type { KinesisService } from '../service.ts';
import { shardIdOf, shardOutput } from '../shards/shard.ts';
import { statusOf } from '../stream/stream.ts';
import { streamOutput } from '../stream/stream-output.ts';

const DEFAULT_SHARDS = 100;

/** A stream with a page of its shards, of which it has none yet while it is being created. */
export const describeStream: Operation<KinesisService, DescribeStreamInput, DescribeStreamOutput> = async (
  { directory, clock },
  input,
  context,
) => {
  const stream = await directory.of(input, context, 'DescribeStream');
  const nowMs = clock.nowMs();
  const start = input.ExclusiveStartShardId;
  const shards = statusOf(stream, nowMs) === 'CREATING' ? [] : listedShards(stream, nowMs);
  const behind = start === undefined ? shards : shards.filter(({ index }) => shardIdOf(index) > start);
  const limit = input.Limit ?? DEFAULT_SHARDS;
  return {
    StreamDescription: {
      ...streamOutput(stream, nowMs),
      Shards: behind.slice(0, limit).map(shardOutput),
      HasMoreShards: behind.length > limit,
    },
  };
};
