import type { SetSubscriptionAttributesInput } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import type { SnsService } from '../service.ts';
import { withAttribute } from '../subscription/subscription-attributes.ts';
import { subscriptionOf } from '../subscription/subscription-of.ts';

/** Sets one attribute of a subscription. */
export const setSubscriptionAttributes: Operation<SnsService, SetSubscriptionAttributesInput, object> = async (
  service,
  { SubscriptionArn, AttributeName, AttributeValue = '' },
  context,
) => {
  const subscription = await subscriptionOf(service, SubscriptionArn, context, 'SetSubscriptionAttributes');
  await service.subscriptions.change(subscription, (current) => ({
    ...current,
    attributes: withAttribute(current, current.attributes, AttributeName, AttributeValue),
  }));
  return {};
};
