import { asArn, parseArn } from '../../../src/core/arn.ts';
import { deliverTo, mayDeliver, refusedForGood } from '../../../src/core/delivery/deliver-to.ts';
import type { Delivery, DeliveryOutcome } from '../../../src/core/target.ts';
import type { ConfirmationLetter } from '../envelope/envelopes.ts';
import { type Publication, textFor } from '../publish/publication.ts';
import type { SnsService } from '../service.ts';
import { isHttp, isRaw, type Subscription } from '../subscription/subscription.ts';
import type { HttpLetter, HttpSender } from './http-sender.ts';

/** As whom SNS delivers. */
const PRINCIPAL = 'sns.amazonaws.com';
const PLAIN_TEXT = 'text/plain; charset=UTF-8';
const USER_AGENT = 'Amazon Simple Notification Service Agent';

/** What an attempt needs. */
export type AttemptParts = Pick<SnsService, 'targets' | 'envelopes' | 'enforcePolicies'> & {
  readonly http: HttpSender;
};

/** One attempt to bring a message to a subscriber. */
export async function attemptDelivery(
  parts: AttemptParts,
  publication: Publication,
  subscription: Subscription,
  contentType: string,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  if (isHttp(subscription)) {
    const letter = await letterOf(parts, publication, subscription, contentType);
    return await parts.http.post(letter, signal);
  }
  const arn = asArn(subscription.endpoint);
  if (subscription.protocol === 'lambda') {
    const refusal = await refusalOfFunction(parts, publication, subscription);
    if (refusal) return refusal;
    const payload = Buffer.from(await parts.envelopes.lambdaEvent(publication, subscription));
    return await deliverTo(parts.targets, arn, { ...common(publication), payload }, signal);
  }
  return await deliverTo(parts.targets, arn, await messageFor(parts, publication, subscription), signal);
}

const common = ({ topic, messageId, traceHeader }: Publication) => ({
  principal: PRINCIPAL,
  sourceArn: topic.arn,
  eventIds: [messageId],
  traceHeader,
});

/** The message as a queue gets it; a dead-letter queue gets a function's so, too (recorded). */
export async function messageFor(
  { envelopes }: AttemptParts,
  publication: Publication,
  subscription: Subscription,
): Promise<Delivery> {
  const { groupId, deduplicationId, attributes } = publication;
  const raw = isRaw(subscription);
  const text = raw
    ? textFor(publication, subscription.protocol)
    : await envelopes.notification(publication, subscription);
  return {
    ...common(publication),
    payload: Buffer.from(text),
    ...(raw && { attributes }),
    groupId,
    deduplicationId,
  };
}

/** A function's policy must let the topic in, where policies are enforced. */
async function refusalOfFunction(
  { targets, enforcePolicies }: AttemptParts,
  { topic }: Publication,
  { endpoint }: Subscription,
): Promise<DeliveryOutcome | undefined> {
  if (!enforcePolicies) return undefined;
  const question = { principal: PRINCIPAL, sourceArn: topic.arn, sourceAccount: topic.account };
  if (await mayDeliver(targets, asArn(endpoint), question)) return undefined;
  return refusedForGood('AccessDeniedException', `${PRINCIPAL} may not invoke ${endpoint} for ${topic.arn}`);
}

async function letterOf(
  { envelopes }: AttemptParts,
  publication: Publication,
  subscription: Subscription,
  contentType: string,
): Promise<HttpLetter> {
  const raw = isRaw(subscription);
  const body = raw
    ? textFor(publication, subscription.protocol)
    : await envelopes.notification(publication, subscription);
  return {
    url: subscription.endpoint,
    body,
    headers: {
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': publication.messageId,
      'x-amz-sns-topic-arn': publication.topic.arn,
      'x-amz-sns-subscription-arn': subscription.arn,
      ...(raw && { 'x-amz-sns-rawdelivery': 'true' }),
      ...(publication.traceHeader && { 'x-amzn-trace-id': publication.traceHeader }),
      ...headers(contentType),
    },
  };
}

/**
 * Sends a letter about a subscription, to a web server or to another account's queue; a new one is not told its ARN yet
 * (recorded).
 */
export async function attemptLetter(
  { envelopes, http, targets }: AttemptParts,
  letter: ConfirmationLetter,
  endpoint: string,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const { type, messageId, topicArn, subscriptionArn } = letter;
  const body = await envelopes.confirmation(letter);
  if (parseArn(endpoint)) {
    const payload = Buffer.from(body);
    const delivery = { payload, principal: PRINCIPAL, sourceArn: topicArn, eventIds: [messageId] };
    return await deliverTo(targets, asArn(endpoint), delivery, signal);
  }
  const about = {
    'x-amz-sns-message-type': type,
    'x-amz-sns-message-id': messageId,
    'x-amz-sns-topic-arn': topicArn,
    ...(type === 'UnsubscribeConfirmation' && { 'x-amz-sns-subscription-arn': subscriptionArn }),
  };
  return await http.post({ url: endpoint, body, headers: { ...about, ...headers(PLAIN_TEXT) } }, signal);
}

const headers = (contentType: string) => ({
  'content-type': contentType,
  'user-agent': USER_AGENT,
  'accept-encoding': 'gzip,deflate',
});
