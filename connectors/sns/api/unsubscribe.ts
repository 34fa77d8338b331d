import type { UnsubscribeInput } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import { subscriptionOfArn } from '../arn-check.ts';
import { notAuthorized } from '../errors.ts';
import type { SnsService } from '../service.ts';
import { sendLetter } from '../subscription/confirmation.ts';
import { isHttp } from '../subscription/subscription.ts';

/**
 * Ends a subscription; one that is not there is ended already (recorded). Whoever has the link may do it, unless it was
 * confirmed with `AuthenticateOnUnsubscribe`. A web server is told and may take it up again.
 */
export const unsubscribe: Operation<SnsService, UnsubscribeInput, object> = async (
  service,
  { SubscriptionArn },
  context,
) => {
  const { topics, subscriptions } = service;
  const { name: topicName, ...named } = subscriptionOfArn(SubscriptionArn);
  const subscription = await subscriptions.find({ ...named, topic: topicName });
  if (!subscription) return {};
  if (isHttp(subscription) && subscription.authenticated && context.account !== subscription.owner) {
    throw notAuthorized(context.caller.arn, 'Unsubscribe', subscription.arn);
  }
  await subscriptions.remove(subscription);
  const topic = await topics.find(subscription, topicName);
  if (topic && subscription.confirmed && isHttp(subscription)) {
    await sendLetter(service, topic, { ...subscription, confirmed: false }, 'UnsubscribeConfirmation');
  }
  return {};
};
