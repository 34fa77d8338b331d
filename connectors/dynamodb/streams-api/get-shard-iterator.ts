import type { GetShardIteratorCommandInput, GetShardIteratorOutput } from '@aws-sdk/client-dynamodb-streams';
import type { Operation } from '../../../src/core/operation.ts';
import { parseSequenceNumber } from '../stream/sequence-number.ts';
import { formatIterator } from '../stream/shard-iterator.ts';
import { findShard, type Shard, type Stream } from '../stream/stream.ts';
import { requestedStream, type StreamsService, shardMissing, trimmed } from '../stream/streams-service.ts';
import { validationException } from '../values/refusal.ts';

/** A place in a shard to read from, good for 15 minutes. */
export const getShardIterator: Operation<StreamsService, GetShardIteratorCommandInput, GetShardIteratorOutput> = async (
  service,
  input,
) => {
  checkSequenceNumber(input);
  const stream = await requestedStream(service, input.StreamArn);
  const shard = input.ShardId === undefined ? undefined : findShard(stream, input.ShardId);
  if (!shard) throw shardMissing();
  const offset = await offsetOf(service, stream, shard, input);
  const issuedAtMs = service.clock.nowMs();
  return { ShardIterator: formatIterator({ stream: stream.arn, index: shard.index, offset, issuedAtMs }) };
};

/** AWS takes a sequence number with the types that need one, and with no other. */
function checkSequenceNumber({ ShardIteratorType: type, SequenceNumber: number }: GetShardIteratorCommandInput): void {
  const needs = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  if (!needs && type !== 'TRIM_HORIZON' && type !== 'LATEST') {
    throw validationException(
      `ShardIteratorType ${type} is not supported: GetShardIterator has no parameter for a time`,
    );
  }
  if (needs && number === undefined)
    throw validationException(`SequenceNumber is required for ShardIteratorType ${type}`);
  if (!needs && number !== undefined) {
    throw validationException(`SequenceNumber must not be specified for ShardIteratorType ${type}`);
  }
}

async function offsetOf(
  { retention }: StreamsService,
  { arn }: Stream,
  { index }: Shard,
  { ShardIteratorType: type, SequenceNumber: number = '' }: GetShardIteratorCommandInput,
): Promise<number> {
  const { first, next } = await retention.trim(arn, index);
  if (type === 'TRIM_HORIZON') return first;
  if (type === 'LATEST') return next;
  const named = parseSequenceNumber(number);
  if (named?.index !== index || named.offset >= next) {
    throw validationException('Invalid SequenceNumber: it is not in the range of the shard');
  }
  // The number that a shard starts at stands for what is left of it.
  if (named.offset < 0) return first;
  const offset = named.offset + (type === 'AT_SEQUENCE_NUMBER' ? 0 : 1);
  if (offset < first) throw trimmed();
  return offset;
}
