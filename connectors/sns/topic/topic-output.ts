import type { Subscription } from '../subscription/subscription.ts';
import { effectiveTopicPolicy } from './delivery-policy.ts';
import { policyOf } from './policy.ts';
import type { Topic } from './topic.ts';

/** A topic's attributes as `GetTopicAttributes` shows them: what was set, and what always is there (recorded). */
export function topicAttributes(topic: Topic, subscriptions: readonly Subscription[]): Record<string, string> {
  const confirmed = subscriptions.filter((subscription) => subscription.confirmed).length;
  return {
    DisplayName: '',
    ...topic.attributes,
    EffectiveDeliveryPolicy: JSON.stringify(effectiveTopicPolicy(topic.attributes['DeliveryPolicy'])),
    Owner: topic.account,
    Policy: policyOf(topic),
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsDeleted: String(topic.subscriptionsDeleted),
    SubscriptionsPending: String(subscriptions.length - confirmed),
    TopicArn: topic.arn,
  };
}
