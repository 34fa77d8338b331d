import type { PurgeQueueCommandInput } from '@aws-sdk/client-sqs';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Operation } from '../../../src/core/operation.ts';
import type { SqsService } from '../service.ts';

/** Deletes all messages of a queue, those in flight and delayed ones too. */
export const purgeQueue: Operation<SqsService, PurgeQueueCommandInput, object> = async (service, input, context) => {
  const queue = await service.directory.byUrl(input.QueueUrl, context, 'PurgeQueue');
  if (!(await service.pauses.begin('purge', queue.arn))) {
    const message = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`;
    throw new ServiceError('PurgeQueueInProgress', message, { status: 403 });
  }
  await service.queues.purge(queue.arn);
  return {};
};
