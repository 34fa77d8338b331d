import type { SubscribeInput, SubscribeResponse } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidParameter } from '../errors.ts';
import type { SnsService } from '../service.ts';
import { sendLetter } from '../subscription/confirmation.ts';
import { checkEndpoint } from '../subscription/endpoint.ts';
import { isHttp, type Subscription, subscriptionArn } from '../subscription/subscription.ts';
import { checkAttributes, holdsAlready, type SubscriptionAttributes } from '../subscription/subscription-attributes.ts';

/** Those who say themselves whether they want it. */
const TO_BE_CONFIRMED = new Set(['http', 'https', 'email', 'email-json']);

/** Subscribes an endpoint. One that is subscribed already is answered with, unless it was to be another. */
export const subscribe: Operation<SnsService, SubscribeInput, SubscribeResponse> = async (service, input, context) => {
  const { topics, subscriptions, targets, clock, random } = service;
  const topic = await topics.of(input.TopicArn, context, 'Subscribe');
  const endpoint = checkEndpoint(topic, input, (arn) => targets.find(arn) !== undefined);
  const attributes = checkAttributes(endpoint, input.Attributes);
  const id = random.uuid();
  const wanted: Subscription = {
    ...{ account: topic.account, region: topic.region, id, attributes, ...endpoint },
    arn: subscriptionArn(topic, id),
    ...{ topic: topic.name, topicArn: topic.arn, topicId: topic.id },
    ...{ owner: context.account, principal: context.caller.arn, createdAtMs: clock.nowMs() },
    confirmed: !TO_BE_CONFIRMED.has(endpoint.protocol),
    authenticated: !TO_BE_CONFIRMED.has(endpoint.protocol),
  };
  const subscription = await subscriptions.add(topic, (existing) => {
    const same = existing.find((other) => other.protocol === wanted.protocol && other.endpoint === wanted.endpoint);
    if (same) checkSame(same, attributes);
    return same ?? wanted;
  });
  const isPending = !subscription.confirmed;
  if (isPending && isHttp(subscription)) await sendLetter(service, topic, subscription, 'SubscriptionConfirmation');
  const hidden = isPending && input.ReturnSubscriptionArn !== true;
  return { SubscriptionArn: hidden ? 'pending confirmation' : subscription.arn };
};

function checkSame({ attributes }: Subscription, wanted: SubscriptionAttributes): void {
  if (holdsAlready(attributes, wanted)) return;
  throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
}
