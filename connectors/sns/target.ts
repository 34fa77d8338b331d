import { type Arn, parseArn } from '../../src/core/arn.ts';
import { refusedForGood } from '../../src/core/delivery/deliver-to.ts';
import { ServiceError } from '../../src/core/errors.ts';
import type { Delivery, DeliveryAttribute, DeliveryOutcome, Target } from '../../src/core/target.ts';
import { checkMessage, type MessageInput } from './publish/outgoing-message.ts';
import { publish } from './publish/publishing.ts';
import type { SnsService } from './service.ts';
import { allowsPublishing } from './topic/access.ts';
import { isFifo, type Topic } from './topic/topic.ts';

/** Topics as targets of notifications, destinations and dead letters: the rules of `Publish` hold for them too. */
export function createTarget(service: SnsService): Target {
  return {
    service: 'sns',
    async deliver(arn, delivery) {
      try {
        return await deliver(service, arn, delivery);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        return refusedForGood(error.code, error.message);
      }
    },
    async describe(arn) {
      const topic = await topicOf(service, arn);
      if (!topic) return undefined;
      const { enforcePolicies } = service;
      return {
        arn,
        fifo: isFifo(topic),
        ...(enforcePolicies && { allows: async (asking) => allowsPublishing(topic, asking) }),
      };
    },
  };
}

async function deliver(service: SnsService, arn: Arn, delivery: Delivery): Promise<DeliveryOutcome> {
  const topic = await topicOf(service, arn);
  if (!topic) return refusedForGood('NotFound', 'Topic does not exist');
  // A bucket's ARN names no account; it is taken for the topic's own.
  const sourceAccount = delivery.sourceArn.split(':')[4] || topic.account;
  if (service.enforcePolicies && !allowsPublishing(topic, { ...delivery, sourceAccount })) {
    return refusedForGood(
      'AuthorizationError',
      `${delivery.principal} is not authorized to perform: SNS:Publish on resource: ${arn}`,
    );
  }
  const message = checkMessage(topic, inputOf(delivery));
  const { messageId } = await publish(service, topic, message, delivery.traceHeader);
  return { kind: 'accepted', id: messageId };
}

async function topicOf({ topics }: SnsService, arn: Arn): Promise<Topic | undefined> {
  const parts = parseArn(arn);
  return parts && (await topics.find(parts, parts.resource));
}

function inputOf({ payload, subject, groupId, deduplicationId, attributes = {} }: Delivery): MessageInput {
  return {
    Message: Buffer.from(payload).toString(),
    Subject: subject,
    MessageGroupId: groupId,
    MessageDeduplicationId: deduplicationId,
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)]),
    ),
  };
}

function attributeOf({ type, value }: DeliveryAttribute) {
  const content = type.startsWith('Binary') ? { BinaryValue: Buffer.from(value, 'base64') } : { StringValue: value };
  return { DataType: type, ...content };
}
