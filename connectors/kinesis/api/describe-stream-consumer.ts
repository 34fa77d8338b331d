import type { DescribeStreamConsumerInput, DescribeStreamConsumerOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { consumerOutput } from '../consumers/consumer.ts';
import { findConsumer } from '../consumers/find-consumer.ts';
import type { KinesisService } from '../service.ts';

/** A consumer, by its ARN or by its name and its stream. */
export const describeStreamConsumer: Operation<
  KinesisService,
  DescribeStreamConsumerInput,
  DescribeStreamConsumerOutput
> = async ({ directory, clock }, input, context) => {
  const { stream, consumer } = await findConsumer(directory, input, context, 'DescribeStreamConsumer');
  return { ConsumerDescription: { ...consumerOutput(consumer, clock.nowMs()), StreamARN: stream.arn } };
};
