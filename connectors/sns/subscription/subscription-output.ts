import type { Subscription as SubscriptionListing } from '@aws-sdk/client-sns';
import { effectivePolicy } from '../topic/delivery-policy.ts';
import type { Topic } from '../topic/topic.ts';
import { isHttp, type Subscription } from './subscription.ts';

/** A subscription's attributes as `GetSubscriptionAttributes` shows them (recorded). */
export function subscriptionAttributes(subscription: Subscription, topic: Topic | undefined): Record<string, string> {
  const { attributes } = subscription;
  const hasFilter = attributes['FilterPolicy'] !== undefined;
  return {
    ...(hasFilter && { FilterPolicyScope: 'MessageAttributes' }),
    RawMessageDelivery: 'false',
    ...attributes,
    ConfirmationWasAuthenticated: String(subscription.authenticated),
    Endpoint: subscription.endpoint,
    Owner: subscription.owner,
    PendingConfirmation: String(!subscription.confirmed),
    Protocol: subscription.protocol,
    SubscriptionArn: subscription.arn,
    SubscriptionPrincipal: subscription.principal,
    TopicArn: subscription.topicArn,
    ...(isHttp(subscription) && { EffectiveDeliveryPolicy: effective(subscription, topic) }),
  };
}

/** A subscription as lists have it. */
export const subscriptionListing = ({
  confirmed,
  arn,
  owner,
  protocol,
  endpoint,
  topicArn,
}: Subscription): SubscriptionListing => ({
  SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
  Owner: owner,
  Protocol: protocol,
  Endpoint: endpoint,
  TopicArn: topicArn,
});

function effective({ attributes }: Subscription, topic: Topic | undefined): string {
  const policy = effectivePolicy(topic?.attributes['DeliveryPolicy'], attributes['DeliveryPolicy']);
  const { healthyRetryPolicy, throttlePolicy, requestPolicy } = policy;
  return JSON.stringify({
    healthyRetryPolicy,
    sicklyRetryPolicy: null,
    throttlePolicy,
    requestPolicy,
    guaranteed: false,
  });
}
