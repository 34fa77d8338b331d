import type { Arn } from '../../src/core/arn.ts';
import { refusedForGood } from '../../src/core/delivery/deliver-to.ts';
import { ServiceError } from '../../src/core/errors.ts';
import { parsePolicy, policyAllows } from '../../src/core/resource-policy.ts';
import type { Delivery, DeliveryOutcome, PolicyQuestion, ResourceDescription, Target } from '../../src/core/target.ts';
import { legacyCode, queueDoesNotExist } from './errors.ts';
import type { AttributeInput } from './message-attributes.ts';
import { checkMessage, checkSize } from './outgoing-message.ts';
import { isFifo, numberOf, type Queue } from './queue.ts';
import { MAX_MESSAGE_BYTES } from './queue-attributes.ts';
import { type SqsService, sendMessages } from './service.ts';

type Surroundings = Pick<SqsService, 'directory' | 'queues' | 'journal' | 'random'> & {
  readonly enforcePolicies: boolean;
};

/** As whom topics deliver. */
const TOPICS = 'sns.amazonaws.com';

/** Queues as targets of notifications, destinations and dead letters: the rules of `SendMessage` hold for them too. */
export function createTarget(options: Surroundings): Target {
  return {
    service: 'sqs',
    async deliver(arn, delivery) {
      try {
        return await deliver(options, arn, delivery);
      } catch (error) {
        return refusal(error);
      }
    },
    describe: (arn) => describeQueue(options, arn),
  };
}

async function deliver(options: Surroundings, arn: Arn, delivery: Delivery): Promise<DeliveryOutcome> {
  const queue = await options.directory.findArn(arn);
  if (!queue) throw queueDoesNotExist({ protocol: 'json' });
  // A bucket's ARN names no account; it is taken for the queue's own.
  const sourceAccount = delivery.sourceArn.split(':')[4] || queue.account;
  if (options.enforcePolicies && !allows(queue, { ...delivery, sourceAccount })) {
    return refusedForGood('AccessDenied', `Access to the resource ${arn} is denied.`);
  }
  const checked = checkMessage(
    queue,
    {
      MessageBody: Buffer.from(delivery.payload).toString(),
      MessageAttributes: attributesOf(delivery),
      MessageGroupId: delivery.groupId,
      MessageDeduplicationId: isFifo(queue) ? delivery.deduplicationId : undefined,
      MessageSystemAttributes: delivery.traceHeader
        ? { AWSTraceHeader: { DataType: 'String', StringValue: delivery.traceHeader } }
        : undefined,
    },
    { id: delivery.principal, messageId: options.random.uuid() },
  );
  // "The queue's own MaximumMessageSize does not apply": docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html
  checkSize(queue, checked, 'are invalid', delivery.principal === TOPICS ? MAX_MESSAGE_BYTES : undefined);
  const [sent] = await sendMessages(options, queue, [checked.message]);
  return { kind: 'accepted', ...(sent && { id: sent.id }) };
}

/** What others may know of a queue. */
export async function describeQueue(
  { directory, enforcePolicies }: Pick<Surroundings, 'directory' | 'enforcePolicies'>,
  arn: Arn,
): Promise<ResourceDescription | undefined> {
  const queue = await directory.findArn(arn);
  if (!queue) return undefined;
  return {
    arn,
    fifo: isFifo(queue),
    visibilityTimeoutMs: numberOf(queue, 'VisibilityTimeout') * 1000,
    ...(enforcePolicies && { allows: async (request) => allows(queue, request) }),
  };
}

/** They deliver under the role of a function or a schedule, which within its account needs no policy of the queue. */
const ACT_AS_ROLE = new Set(['lambda.amazonaws.com', 'scheduler.amazonaws.com']);

function allows(queue: Queue, { principal, sourceArn, sourceAccount }: PolicyQuestion): boolean {
  if (ACT_AS_ROLE.has(principal) && sourceAccount === queue.account) return true;
  const request = { principal, sourceArn, sourceAccount, action: 'sqs:SendMessage', resource: queue.arn };
  return policyAllows(parsePolicy(queue.attributes['Policy']), request);
}

function attributesOf({ attributes }: Delivery): AttributeInput | undefined {
  if (attributes === undefined) return undefined;
  const entries = Object.entries(attributes).map(([name, { type, value }]) => {
    const content = /^Binary\b/.test(type) ? { BinaryValue: Buffer.from(value, 'base64') } : { StringValue: value };
    return [name, { DataType: type, ...content }] as const;
  });
  return Object.fromEntries(entries);
}

function refusal(error: unknown): DeliveryOutcome {
  if (error instanceof ServiceError) {
    return refusedForGood(legacyCode(error), error.message);
  }
  throw error;
}
