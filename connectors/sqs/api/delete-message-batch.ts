import type { DeleteMessageBatchCommandInput, DeleteMessageBatchResult } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import { batchOutput, checkDistinct, checkEntries, type FailedEntry, failedEntry } from '../batch.ts';
import { checkDeleted, checkHandle } from '../receipt-handle.ts';
import type { SqsService } from '../service.ts';

/** Deletes up to ten messages in one commit; handles that are refused are told of one by one. */
export const deleteMessageBatch: Operation<
  SqsService,
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchResult
> = async (service, input, context) => {
  const queue = await service.directory.byUrl(input.QueueUrl, context, 'DeleteMessage');
  const entries = checkEntries(input.Entries, 'DeleteMessage');
  checkDistinct(entries);
  const handles = entries.map(({ ReceiptHandle }) => ReceiptHandle ?? '');
  const outcomes = await service.queues.remove(queue.arn, handles);
  const failed: FailedEntry[] = [];
  const successful = entries.filter((entry, index) => {
    try {
      checkDeleted(queue, checkHandle(entry.ReceiptHandle), outcomes[index]);
      return true;
    } catch (error) {
      failed.push(failedEntry(entry.Id, error));
      return false;
    }
  });
  return batchOutput(
    successful.map(({ Id }) => ({ Id })),
    failed,
  );
};
