import type { DeleteQueueCommandInput } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import type { SqsService } from '../service.ts';

/** Deletes a queue with all its messages, at once. */
export const deleteQueue: Operation<SqsService, DeleteQueueCommandInput, object> = async (service, input, context) =>
  await service.directory.change(async () => {
    const queue = await service.directory.byUrl(input.QueueUrl, context);
    await service.pauses.begin('recreate', queue.arn);
    await service.pauses.end('purge', queue.arn);
    await service.directory.remove(queue);
    return {};
  });
