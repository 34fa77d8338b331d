import type { GetSubscriptionAttributesInput, GetSubscriptionAttributesResponse } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import type { SnsService } from '../service.ts';
import { subscriptionOf } from '../subscription/subscription-of.ts';
import { subscriptionAttributes } from '../subscription/subscription-output.ts';

/** Everything about a subscription. */
export const getSubscriptionAttributes: Operation<
  SnsService,
  GetSubscriptionAttributesInput,
  GetSubscriptionAttributesResponse
> = async (service, { SubscriptionArn }, context) => {
  const subscription = await subscriptionOf(service, SubscriptionArn, context, 'GetSubscriptionAttributes');
  const topic = await service.topics.find(subscription, subscription.topic);
  return { Attributes: subscriptionAttributes(subscription, topic) };
};
