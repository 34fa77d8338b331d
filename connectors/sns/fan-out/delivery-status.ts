import { createHash } from 'node:crypto';
import type { DeliveryStep, PendingDelivery } from '../../../src/core/delivery/pending-delivery.ts';
import type { FunctionLogs } from '../../../src/core/function-logs.ts';
import type { Random } from '../../../src/core/random.ts';
import { type Publication, textFor } from '../publish/publication.ts';
import { type Subscription, shownEndpoint } from '../subscription/subscription.ts';
import type { Topic } from '../topic/topic.ts';

/** As the topic's attributes call the protocols; nothing is logged of the others. */
const ATTRIBUTE_PREFIXES: Readonly<Record<string, string>> = {
  ...{ http: 'HTTP', https: 'HTTP' },
  ...{ lambda: 'Lambda', sqs: 'SQS', firehose: 'Firehose' },
};
const ALL = 100;
const SUCCESS_CODES: Readonly<Record<string, number>> = { lambda: 202 };
const OK = 200;
const BAD_REQUEST = 400;

/** A delivery that has come to its end. */
export interface EndedDelivery {
  readonly topic: Topic;
  readonly subscription: Subscription;
  readonly publication: Publication;
  readonly pending: Pick<PendingDelivery<unknown>, 'attempts' | 'acceptedAtMs'>;
  readonly step: DeliveryStep;
  readonly nowMs: number;
}

/**
 * Logs deliveries as the topic's feedback attributes say: successes in `sns/REGION/ACCOUNT/TOPIC`, failures behind
 * `/Failure`. https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html
 */
export function logDeliveryStatus(
  parts: { readonly logs: FunctionLogs; readonly random: Random },
  ended: EndedDelivery,
): void {
  const { topic, subscription, step } = ended;
  const prefix = ATTRIBUTE_PREFIXES[subscription.protocol];
  if (prefix === undefined || step.kind === 'retry') return;
  const failed = step.kind !== 'accepted';
  if (!topic.attributes[`${prefix}${failed ? 'Failure' : 'Success'}FeedbackRoleArn`]) return;
  const rate = Number(topic.attributes[`${prefix}SuccessFeedbackSampleRate`] ?? ALL);
  if (!failed && parts.random.fraction() * ALL >= rate) return;
  const { account, region, name, id } = topic;
  const group = `sns/${region}/${account}/${name}${failed ? '/Failure' : ''}`;
  parts.logs.write({ account, region }, group, id, JSON.stringify(statusOf(ended, parts.random.uuid())));
}

/** Recorded of a function. */
function statusOf(
  { topic, subscription, publication, pending, step, nowMs }: EndedDelivery,
  deliveryId: string,
): object {
  const { protocol, endpoint } = subscription;
  const failed = step.kind !== 'accepted';
  return {
    notification: {
      messageMD5Sum: createHash('md5').update(textFor(publication, protocol)).digest('hex'),
      messageId: publication.messageId,
      topicArn: topic.arn,
      timestamp: new Date(publication.atMs).toISOString().replace('T', ' ').replace('Z', ''),
    },
    delivery: {
      deliveryId,
      destination: shownEndpoint(endpoint),
      providerResponse: providerResponse(step, protocol),
      dwellTimeMs: nowMs - pending.acceptedAtMs,
      ...(failed && { attempts: pending.attempts }),
      statusCode: failed ? BAD_REQUEST : (SUCCESS_CODES[protocol] ?? OK),
    },
    status: failed ? 'FAILURE' : 'SUCCESS',
  };
}

function providerResponse(step: DeliveryStep, protocol: string): string {
  if (step.kind === 'buried' || step.kind === 'lost') {
    const { code, message } = step.givenUp.refusal;
    return JSON.stringify({ ErrorCode: code, ErrorMessage: message });
  }
  const id = step.kind === 'accepted' ? step.id : undefined;
  if (protocol === 'lambda') return JSON.stringify({ lambdaRequestId: id });
  return id === undefined ? 'OK' : JSON.stringify({ sqsMessageId: id });
}
