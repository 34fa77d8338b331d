import type { MergeShardsInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidArgument } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { reshard, shardToReshard } from '../shards/reshard.ts';
import { adjoins, shardIdOf } from '../shards/shard.ts';
import { merge } from '../shards/shard-changes.ts';

/** Closes two shards of which the second's hash keys begin right behind the first's; one other goes on with both. */
export const mergeShards: Operation<KinesisService, MergeShardsInput, object> = async (service, input, context) => {
  const stream = await service.directory.of(input, context);
  await reshard(service, stream, (current, nowMs) => {
    const lower = shardToReshard(current, input.ShardToMerge);
    const upper = shardToReshard(current, input.AdjacentShardToMerge);
    if (adjoins(lower, upper)) return merge(current, lower, upper, nowMs);
    throw invalidArgument(
      `Shards ${shardIdOf(lower.index)} and ${shardIdOf(upper.index)} in stream ${current.name} under account ${current.account} are not an adjacent pair of shards eligible for merging`,
    );
  });
  return {};
};
