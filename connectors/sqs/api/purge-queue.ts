import type { PurgeQueueCommandInput } from '@aws-sdk/client-sqs';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Operation } from '../../../src/core/operation.ts';
import type { SqsService } from '../service.ts';

/** Deletes all messages of a queue, those in flight and delayed ones too. */
export const purgeQueue: Operation<SqsService, PurgeQueueCommandInput, object> = async (service, input, context) => {
  const queue = await service.directory.byUrl(input.QueueUrl, context, 'PurgeQueue');
  const { clock, timing, purgedAtMs } = service;
  const lastAtMs = purgedAtMs.get(queue.arn);
  if (lastAtMs !== undefined && clock.nowMs() < lastAtMs + timing.sqsPurgePauseMs) {
    const message = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`;
    throw new ServiceError('PurgeQueueInProgress', message, { status: 403 });
  }
  purgedAtMs.set(queue.arn, clock.nowMs());
  await service.queues.purge(queue.arn);
  return {};
};
