import type { UnsubscribeInput } from '@aws-sdk/client-sns';
import type { Operation, RequestContext } from '../../../src/core/operation.ts';
import { subscriptionOfArn } from '../arn-check.ts';
import { notAuthorized } from '../errors.ts';
import type { SnsService } from '../service.ts';
import { sendLetter } from '../subscription/confirmation.ts';
import { isHttp, type Subscription } from '../subscription/subscription.ts';

/**
 * Ends a subscription; one that is not there is ended already (recorded). Whoever has the link of one that was confirmed
 * by a token may do it, unless `AuthenticateOnUnsubscribe` was asked for. A web server is told and may take it up again.
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
  if (subscription.authenticated && !mayEnd(subscription, context)) {
    throw notAuthorized(context.caller.arn, 'Unsubscribe', subscription.arn);
  }
  await subscriptions.remove(subscription);
  const topic = await topics.find(subscription, topicName);
  if (topic && subscription.confirmed && isHttp(subscription)) {
    await sendLetter(service, topic, { ...subscription, confirmed: false }, 'UnsubscribeConfirmation');
  }
  return {};
};

/** https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html */
const mayEnd = ({ owner, account }: Subscription, { caller, account: callers }: RequestContext) =>
  caller.accessKeyId !== '' && (callers === owner || callers === account);
