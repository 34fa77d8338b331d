import type { ChangeMessageVisibilityCommandInput } from '@aws-sdk/client-sqs';
import { SECOND } from '../../../src/core/clock.ts';
import type { Operation } from '../../../src/core/operation.ts';
import { checkChanged, checkHandle, checkTimeout } from '../receipt-handle.ts';
import type { SqsService } from '../service.ts';

/** Lets a message come back so many seconds from now. */
export const changeMessageVisibility: Operation<SqsService, ChangeMessageVisibilityCommandInput, object> = async (
  service,
  input,
  context,
) => {
  const queue = await service.directory.byUrl(input.QueueUrl, context, 'ChangeMessageVisibility');
  const handle = checkHandle(input.ReceiptHandle);
  const seconds = checkTimeout(input.VisibilityTimeout);
  const change = { handle, timeoutMs: seconds * SECOND };
  const [outcome] = await service.queues.changeVisibility(queue.arn, [change]);
  checkChanged(handle, seconds, outcome);
  return {};
};
