import type { SetSubscriptionAttributesInput } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import type { SnsService } from '../service.ts';
import { hasFilterPolicy, subscriptionsBeside, withFilterQuota } from '../subscription/filter-quota.ts';
import type { Subscription } from '../subscription/subscription.ts';
import { withAttribute } from '../subscription/subscription-attributes.ts';
import { subscriptionOf } from '../subscription/subscription-of.ts';

/** Sets one attribute of a subscription. */
export const setSubscriptionAttributes: Operation<SnsService, SetSubscriptionAttributesInput, object> = async (
  service,
  { SubscriptionArn, AttributeName, AttributeValue = '' },
  context,
) => {
  const subscription = await subscriptionOf(service, SubscriptionArn, context, 'SetSubscriptionAttributes');
  const set = (current: Subscription): Subscription => ({
    ...current,
    attributes: withAttribute(current, current.attributes, AttributeName, AttributeValue),
  });
  const isFiltered = ({ attributes }: Subscription) => hasFilterPolicy(attributes);
  if (isFiltered(subscription) || !isFiltered(set(subscription))) {
    await service.subscriptions.change(subscription, set);
    return {};
  }
  await withFilterQuota(service, subscription, async (checkRoom) => {
    checkRoom(await subscriptionsBeside(service, subscription));
    await service.subscriptions.change(subscription, set);
  });
  return {};
};
