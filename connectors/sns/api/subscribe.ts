import type { SubscribeInput, SubscribeResponse } from '@aws-sdk/client-sns';
import { parseArn } from '../../../src/core/arn.ts';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidParameter } from '../errors.ts';
import type { SnsService } from '../service.ts';
import { isAsked, sendLetter } from '../subscription/confirmation.ts';
import { checkEndpoint, type Endpoint } from '../subscription/endpoint.ts';
import { anyRoom, hasFilterPolicy, withFilterQuota } from '../subscription/filter-quota.ts';
import { checkLargeMessages } from '../subscription/large-messages.ts';
import { type Subscription, subscriptionArn } from '../subscription/subscription.ts';
import { checkAttributes, holdsAlready, type SubscriptionAttributes } from '../subscription/subscription-attributes.ts';

/** Those whose owner says whether they want it; a queue only to an account that is not its own. */
function mustConfirm({ protocol, endpoint }: Endpoint, account: string): boolean {
  if (protocol === 'sqs') return parseArn(endpoint)?.account !== account;
  return ['http', 'https', 'email', 'email-json'].includes(protocol);
}

/** Subscribes an endpoint. One that is subscribed already is answered with, unless it was to be another. */
export const subscribe: Operation<SnsService, SubscribeInput, SubscribeResponse> = async (service, input, context) => {
  const { topics, subscriptions, targets, clock, random } = service;
  const topic = await topics.of(input.TopicArn, context, 'Subscribe');
  const endpoint = checkEndpoint(topic, input, (arn) => targets.find(arn) !== undefined);
  const attributes = checkAttributes(endpoint, input.Attributes);
  const id = random.uuid();
  const confirmed = !mustConfirm(endpoint, context.account);
  const wanted: Subscription = {
    ...{ account: topic.account, region: topic.region, id, attributes, ...endpoint },
    arn: subscriptionArn(topic, id),
    ...{ topic: topic.name, topicArn: topic.arn, topicId: topic.id },
    ...{ owner: context.account, principal: context.caller.arn, createdAtMs: clock.nowMs() },
    ...{ confirmed, authenticated: confirmed },
  };
  const add = (checkRoom = anyRoom) =>
    subscriptions.add(topic, (existing, current) => {
      const same = existing.find((other) => other.protocol === wanted.protocol && other.endpoint === wanted.endpoint);
      if (same) checkSame(same, attributes);
      else checkLargeMessages(current, [...existing, wanted]);
      if (!same) checkRoom(existing);
      return same ?? wanted;
    });
  const subscription = hasFilterPolicy(attributes) ? await withFilterQuota(service, topic, add) : await add();
  const isPending = !subscription.confirmed;
  if (isPending && isAsked(subscription)) await sendLetter(service, topic, subscription, 'SubscriptionConfirmation');
  const hidden = isPending && input.ReturnSubscriptionArn !== true;
  return { SubscriptionArn: hidden ? 'pending confirmation' : subscription.arn };
};

function checkSame({ attributes }: Subscription, wanted: SubscriptionAttributes): void {
  if (holdsAlready(attributes, wanted)) return;
  throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
}
