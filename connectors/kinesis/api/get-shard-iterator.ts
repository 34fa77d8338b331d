import type { GetShardIteratorInput, GetShardIteratorOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { dryRun } from '../errors.ts';
import { offsetOf } from '../records/reading.ts';
import { formatIterator } from '../records/shard-iterator.ts';
import { checkStart, readableShard } from '../records/starting-point.ts';
import type { KinesisService } from '../service.ts';

/** Names a place in a shard, for `GetRecords` to begin at within five minutes. */
export const getShardIterator: Operation<KinesisService, GetShardIteratorInput, GetShardIteratorOutput> = async (
  service,
  input,
  context,
) => {
  const stream = await service.directory.of(input, context, 'GetShardIterator');
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
