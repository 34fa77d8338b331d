import type { SubscribeToShardInput, SubscribeToShardOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { findConsumer } from '../consumers/find-consumer.ts';
import { subscribedEvents } from '../consumers/subscribed-events.ts';
import { dryRun, inUse } from '../errors.ts';
import { offsetOf } from '../records/reading.ts';
import { checkStart, readableShard } from '../records/starting-point.ts';
import type { KinesisService } from '../service.ts';

/** Pushes a shard's records to a consumer as they come, for five minutes. */
export const subscribeToShard: Operation<KinesisService, SubscribeToShardInput, SubscribeToShardOutput> = async (
  service,
  input,
  context,
) => {
  const { directory, clock, subscriptions } = service;
  const nowMs = clock.nowMs();
  const reference = { ConsumerARN: input.ConsumerARN ?? '' };
  const { stream, consumer } = await findConsumer(directory, reference, context, 'SubscribeToShard');
  if (nowMs < consumer.activeAtMs) {
    throw inUse(
      `Consumer ${consumer.name} with creation timestamp ${Math.floor(consumer.createdAtMs / 1000)} under stream: ${stream.name}, account ${stream.account} is not in ACTIVE status.`,
    );
  }
  const shard = readableShard(stream, input.ShardId, nowMs);
  const { Type: type, SequenceNumber: sequenceNumber, Timestamp: timestamp } = input.StartingPosition ?? {};
  const start = checkStart(stream, shard, { type, sequenceNumber, timestamp }, nowMs);
  if (input.DryRun) throw dryRun();
  const offset = await offsetOf(service, stream, shard, start);
  const subscription = subscriptions.open(stream, consumer, shard.index, context.signal);
  return { EventStream: subscribedEvents(service, { arn: consumer.arn, stream, shard, offset }, subscription) };
};
