import type { PublishInput, PublishResponse } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidParameter, missingValue, unsupported } from '../errors.ts';
import { checkMessage } from '../publish/outgoing-message.ts';
import { publish as publishMessage } from '../publish/publishing.ts';
import type { SnsService } from '../service.ts';

const PHONE_NUMBER = /^\+?\d+(-\d+)*$/;

/** Publishes a message to a topic. */
export const publish: Operation<SnsService, PublishInput, PublishResponse> = async (service, input, context) => {
  const { TopicArn, TargetArn, PhoneNumber } = input;
  if (PhoneNumber !== undefined) refusePhoneNumber(PhoneNumber);
  const arn = TopicArn ?? TargetArn;
  if (arn === undefined) throw missingValue('TopicArn or TargetArn');
  const parameter = TopicArn === undefined ? 'TargetArn' : 'TopicArn';
  if (/:endpoint\//.test(arn)) throw unsupported('publishing to platform endpoints');
  const topic = await service.topics.of(arn, context, 'Publish', parameter);
  const message = checkMessage(topic, input);
  const { messageId, sequenceNumber } = await publishMessage(service, topic, message, context.traceHeader);
  return { MessageId: messageId, ...(sequenceNumber && { SequenceNumber: sequenceNumber }) };
};

function refusePhoneNumber(number: string): never {
  if (!PHONE_NUMBER.test(number)) throw invalidParameter(`PhoneNumber Reason: ${number} is not valid to publish to`);
  throw unsupported('publishing to a PhoneNumber');
}
