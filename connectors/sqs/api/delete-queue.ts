import type { DeleteQueueCommandInput } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import type { SqsService } from '../service.ts';

/** Deletes a queue with all its messages, at once. */
export const deleteQueue: Operation<SqsService, DeleteQueueCommandInput, object> = async (service, input, context) =>
  await service.directory.change(async () => {
    const queue = await service.directory.byUrl(input.QueueUrl, context);
    const nowMs = service.clock.nowMs();
    for (const [arn, atMs] of service.deletedAtMs) {
      if (nowMs >= atMs + service.timing.sqsRecreatePauseMs) service.deletedAtMs.delete(arn);
    }
    service.deletedAtMs.set(queue.arn, nowMs);
    service.purgedAtMs.delete(queue.arn);
    await service.directory.remove(queue);
    return {};
  });
