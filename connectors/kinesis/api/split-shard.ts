import type { SplitShardInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidArgument } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { decimalOf, hashKey, hashKeyValue } from '../shards/hash-key.ts';
import { reshard, shardToReshard } from '../shards/reshard.ts';
import { type Shard, shardIdOf } from '../shards/shard.ts';
import { split } from '../shards/shard-changes.ts';
import { checkShardLimit } from '../stream/quotas.ts';
import type { Stream } from '../stream/stream.ts';

/** Closes a shard; two others go on with its hash keys. */
export const splitShard: Operation<KinesisService, SplitShardInput, object> = async (service, input, context) => {
  const stream = await service.directory.of(input, context);
  const at = BigInt(input.NewStartingHashKey ?? '');
  await checkShardLimit(service, stream, 1);
  await reshard(service, stream, (current, nowMs) => {
    const shard = shardToReshard(current, input.ShardToSplit);
    checkWithin(current, shard, at);
    return split(current, shard, hashKey(at), nowMs);
  });
  return {};
};

/** The sentence is kinesalite's, which compared it with AWS. */
function checkWithin({ name, account }: Stream, { index, firstHash, lastHash }: Shard, at: bigint): void {
  if (at > hashKeyValue(firstHash) + 1n && at < hashKeyValue(lastHash)) return;
  throw invalidArgument(
    `NewStartingHashKey ${at} used in SplitShard() on shard ${shardIdOf(index)} in stream ${name} under account ${account} is not both greater than one plus the shard's StartingHashKey ${decimalOf(firstHash)} and less than the shard's EndingHashKey ${decimalOf(lastHash)}.`,
  );
}
