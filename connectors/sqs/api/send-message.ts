import type { SendMessageCommandInput, SendMessageResult } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import { checkMessage, checkSize } from '../outgoing-message.ts';
import { type SqsService, sendMessages } from '../service.ts';

/** Sends one message; answers once it is stored. */
export const sendMessage: Operation<SqsService, SendMessageCommandInput, SendMessageResult> = async (
  service,
  input,
  context,
) => {
  const queue = await service.directory.byUrl(input.QueueUrl, context, 'SendMessage');
  const { caller, traceHeader } = context;
  const checked = checkMessage(queue, input, { id: caller.userId, messageId: service.random.uuid(), traceHeader });
  checkSize(queue, checked, 'are invalid');
  const [sent] = await sendMessages(service, queue, [checked.message]);
  const { content } = checked.message;
  return {
    MD5OfMessageBody: content.md5OfBody,
    ...(content.md5OfAttributes && { MD5OfMessageAttributes: content.md5OfAttributes }),
    ...(checked.md5OfSystemAttributes && { MD5OfMessageSystemAttributes: checked.md5OfSystemAttributes }),
    MessageId: sent?.id,
    ...(sent?.sequenceNumber && { SequenceNumber: sent.sequenceNumber }),
  };
};
