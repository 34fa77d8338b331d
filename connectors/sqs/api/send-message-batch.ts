import type {
  SendMessageBatchCommandInput,
  SendMessageBatchRequestEntry,
  SendMessageBatchResult,
  SendMessageBatchResultEntry,
} from '@aws-sdk/client-sqs';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Operation } from '../../../src/core/operation.ts';
import type { SentMessage } from '../../../src/core/ports/message-queue.ts';
import { batchOutput, checkDistinct, checkEntries, type FailedEntry, failedEntry } from '../batch.ts';
import { invalidParameterValue } from '../errors.ts';
import { type CheckedMessage, checkMessage, checkSize } from '../outgoing-message.ts';
import { isFifo, type Queue } from '../queue.ts';
import { type SqsService, sendMessages } from '../service.ts';

/** All messages of a batch together, whatever the queue's own maximum. */
const MAX_BATCH_BYTES = 1_048_576;

/** Sends up to ten messages; those that the queue refuses are told of one by one. */
export const sendMessageBatch: Operation<SqsService, SendMessageBatchCommandInput, SendMessageBatchResult> = async (
  service,
  input,
  context,
) => {
  const queue = await service.directory.byUrl(input.QueueUrl, context, 'SendMessage');
  const entries = checkEntries(input.Entries, 'SendMessage');
  const { caller, traceHeader } = context;
  const failed: FailedEntry[] = [];
  const checked: { readonly id: string; readonly message: CheckedMessage }[] = [];
  for (const entry of entries) {
    try {
      const sender = { id: caller.userId, messageId: service.random.uuid(), traceHeader };
      checked.push({ id: entry.Id ?? '', message: checkMessage(queue, entry, sender) });
    } catch (error) {
      failed.push(refusedEntry(queue, entry, error));
    }
  }
  checkDistinct(entries);
  checkTotal(checked.map(({ message }) => message));
  const small = checked.filter(({ id, message }) => {
    try {
      checkSize(queue, message, 'cannot be validated');
      return true;
    } catch (error) {
      failed.push(failedEntry(id, error));
      return false;
    }
  });
  const messages = small.map(({ message }) => message.message);
  const sent = messages.length > 0 ? await sendMessages(service, queue, messages) : [];
  return batchOutput(
    small.map(({ id, message }, index) => successfulEntry(id, message, sent[index])),
    failed,
  );
};

/** A FIFO queue refuses the whole call, under a code of its own: recorded of a missing group id, taken for the rest. */
function refusedEntry(queue: Queue, entry: SendMessageBatchRequestEntry, error: unknown): FailedEntry {
  if (isFifo(queue) && error instanceof ServiceError) throw invalidParameterValue(error.message);
  return failedEntry(entry.Id, error);
}

function checkTotal(messages: readonly CheckedMessage[]): void {
  const bytes = messages.reduce((sum, message) => sum + message.bytes, 0);
  if (bytes <= MAX_BATCH_BYTES) return;
  const limit = `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes.`;
  throw new ServiceError('BatchRequestTooLong', `${limit} You have sent ${bytes} bytes.`);
}

function successfulEntry(
  id: string,
  { message, md5OfSystemAttributes }: CheckedMessage,
  sent: SentMessage | undefined,
): SendMessageBatchResultEntry {
  const { md5OfBody, md5OfAttributes } = message.content;
  return {
    Id: id,
    MessageId: sent?.id,
    MD5OfMessageBody: md5OfBody,
    ...(md5OfAttributes && { MD5OfMessageAttributes: md5OfAttributes }),
    ...(md5OfSystemAttributes && { MD5OfMessageSystemAttributes: md5OfSystemAttributes }),
    ...(sent?.sequenceNumber && { SequenceNumber: sent.sequenceNumber }),
  };
}
