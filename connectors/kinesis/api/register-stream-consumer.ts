import type { RegisterStreamConsumerInput, RegisterStreamConsumerOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { type Consumer, consumerArn, consumerOutput } from '../consumers/consumer.ts';
import { inUse, limitExceeded, missingMember } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import type { Stream } from '../stream/stream.ts';
import { withTags } from '../stream/tags.ts';

// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html
const MAX_CONSUMERS = 20;
const MAX_CREATING = 5;

/** Registers a consumer, which may then subscribe to the stream's shards. */
export const registerStreamConsumer: Operation<
  KinesisService,
  RegisterStreamConsumerInput,
  RegisterStreamConsumerOutput
> = async ({ directory, clock, timing }, input, context) => {
  const stream = await directory.of(input, context);
  const { ConsumerName: name } = input;
  if (name === undefined) throw missingMember('consumerName');
  const nowMs = clock.nowMs();
  const consumer: Consumer = {
    ...{ name, arn: consumerArn(stream.arn, name, nowMs), createdAtMs: nowMs },
    activeAtMs: nowMs + timing.streamStateDelayMs,
    tags: withTags(stream, {}, input.Tags ?? {}),
  };
  await directory.change(stream, (current) => {
    checkRoom(current, name, nowMs);
    return { ...current, consumers: [...current.consumers, consumer] };
  });
  return { Consumer: { ...consumerOutput(consumer, nowMs), ConsumerStatus: 'CREATING' } };
};

function checkRoom({ name, account, consumers }: Stream, consumerName: string, nowMs: number): void {
  const same = consumers.find((consumer) => consumer.name === consumerName);
  if (same) {
    throw inUse(
      `Consumer ${consumerName} under stream ${name} already exists for account ${account}. Consumer ARN: ${same.arn}`,
    );
  }
  if (consumers.length >= MAX_CONSUMERS) {
    throw limitExceeded(
      `Stream ${name} under account ${account} has reached the limit of ${MAX_CONSUMERS} registered consumers.`,
    );
  }
  if (consumers.filter(({ activeAtMs }) => nowMs < activeAtMs).length >= MAX_CREATING) {
    throw limitExceeded(
      `Stream ${name} under account ${account} has reached the limit of ${MAX_CREATING} consumers in the CREATING state.`,
    );
  }
}
