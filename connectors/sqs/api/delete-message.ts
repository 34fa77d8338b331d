import type { DeleteMessageCommandInput } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import { checkDeleted, checkHandle } from '../receipt-handle.ts';
import type { SqsService } from '../service.ts';

/** Deletes a message by the handle of its last receive. */
export const deleteMessage: Operation<SqsService, DeleteMessageCommandInput, object> = async (
  service,
  input,
  context,
) => {
  const queue = await service.directory.byUrl(input.QueueUrl, context, 'DeleteMessage');
  const handle = checkHandle(input.ReceiptHandle);
  const [outcome] = await service.queues.remove(queue.arn, [handle]);
  checkDeleted(queue, handle, outcome);
  return {};
};
