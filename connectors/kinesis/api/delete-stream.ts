import type { DeleteStreamInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { inUse } from '../errors.ts';
import type { KinesisService } from '../service.ts';

/** Deletes a stream with its records; one that has consumers only when that is said. */
export const deleteStream: Operation<KinesisService, DeleteStreamInput, object> = async (service, input, context) => {
  const { directory, clock, timing } = service;
  const stream = await directory.of(input, context);
  if (stream.consumers.length > 0 && !input.EnforceConsumerDeletion) {
    throw inUse(
      `Stream ${stream.name} under account ${stream.account} has registered consumers. Specify EnforceConsumerDeletion to delete them with the stream.`,
    );
  }
  await directory.remove(stream, clock.nowMs() + timing.streamStateDelayMs);
  return {};
};
