import type { GetShardIteratorInput, GetShardIteratorOutput } from '@aws-sdk/client-kinesis';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Operation, RequestContext } from '../../../src/core/operation.ts';
import { dryRun, shardDoesNotExist } from '../errors.ts';
import { offsetOf } from '../records/reading.ts';
import { formatIterator } from '../records/shard-iterator.ts';
import { checkStart, readableShard } from '../records/starting-point.ts';
import type { KinesisService } from '../service.ts';
import { shardIdOf, shardIndexOf } from '../shards/shard.ts';
import { streamOfArn } from '../stream/stream.ts';

/** Names a place in a shard, for `GetRecords` to begin at within five minutes. */
export const getShardIterator: Operation<KinesisService, GetShardIteratorInput, GetShardIteratorOutput> = async (
  service,
  input,
  context,
) => {
  const stream = await findStream(service, input, context);
  const nowMs = service.clock.nowMs();
  const shard = readableShard(stream, input.ShardId, nowMs);
  const wanted = {
    type: input.ShardIteratorType,
    sequenceNumber: input.StartingSequenceNumber,
    timestamp: input.Timestamp,
  };
  const start = checkStart(stream, shard, wanted, nowMs);
  service.throughput.checkIterator(stream, shard);
  if (input.DryRun) throw dryRun();
  const offset = await offsetOf(service, stream, shard, start);
  return { ShardIterator: formatIterator(stream, shard.index, offset, nowMs) };
};

/** Of a stream that is not there AWS misses the shard, as kinesalite found. */
async function findStream({ directory }: KinesisService, input: GetShardIteratorInput, context: RequestContext) {
  const index = shardIndexOf(input.ShardId ?? '');
  const name = input.StreamName ?? streamOfArn(input.StreamARN ?? '')?.name;
  try {
    return await directory.of(input, context, 'GetShardIterator');
  } catch (error) {
    const missing = error instanceof ServiceError && error.code === 'ResourceNotFoundException';
    if (!missing || index === undefined || name === undefined) throw error;
    throw shardDoesNotExist(shardIdOf(index), { name, account: context.account });
  }
}
