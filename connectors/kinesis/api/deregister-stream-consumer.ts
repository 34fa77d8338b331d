import type { DeregisterStreamConsumerInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { findConsumer } from '../consumers/find-consumer.ts';
import type { KinesisService } from '../service.ts';

/** Forgets a consumer; its subscriptions end. */
export const deregisterStreamConsumer: Operation<KinesisService, DeregisterStreamConsumerInput, object> = async (
  { directory },
  input,
  context,
) => {
  const { stream, consumer } = await findConsumer(directory, input, context);
  await directory.change(stream, (current) => ({
    ...current,
    consumers: current.consumers.filter(({ arn }) => arn !== consumer.arn),
  }));
  return {};
};
