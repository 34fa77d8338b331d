import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchRequestEntry,
  ChangeMessageVisibilityBatchResult,
} from '@aws-sdk/client-sqs';
import { SECOND } from '../../../src/core/clock.ts';
import type { Operation } from '../../../src/core/operation.ts';
import { batchOutput, checkDistinct, checkEntries, type FailedEntry, failedEntry } from '../batch.ts';
import { checkChanged, checkHandle, checkTimeout } from '../receipt-handle.ts';
import type { SqsService } from '../service.ts';

/** Changes the visibility of up to ten messages; those that are refused are told of one by one. */
export const changeMessageVisibilityBatch: Operation<
  SqsService,
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchResult
> = async (service, input, context) => {
  const queue = await service.directory.byUrl(input.QueueUrl, context, 'ChangeMessageVisibility');
  const entries = checkEntries(input.Entries, 'ChangeMessageVisibility');
  checkDistinct(entries);
  const failed: FailedEntry[] = [];
  const survivors = <Item extends { readonly Id: string | undefined }>(items: readonly Item[], check: Check<Item>) =>
    items.filter((item, index) => {
      try {
        check(item, index);
        return true;
      } catch (error) {
        failed.push(failedEntry(item.Id, error));
        return false;
      }
    });
  const valid = survivors(entries, checkEntry);
  const changes = valid.map((entry) => ({
    handle: entry.ReceiptHandle ?? '',
    timeoutMs: (entry.VisibilityTimeout ?? 0) * SECOND,
  }));
  const outcomes = await service.queues.changeVisibility(queue.arn, changes);
  const successful = survivors(valid, ({ ReceiptHandle = '', VisibilityTimeout = 0 }, index) => {
    checkChanged(ReceiptHandle, VisibilityTimeout, outcomes[index]);
  });
  return batchOutput(
    successful.map(({ Id }) => ({ Id })),
    failed,
  );
};

type Check<Item> = (item: Item, index: number) => void;

function checkEntry({ ReceiptHandle, VisibilityTimeout }: ChangeMessageVisibilityBatchRequestEntry): void {
  checkHandle(ReceiptHandle);
  checkTimeout(VisibilityTimeout);
}
