import type { ConfirmSubscriptionInput, ConfirmSubscriptionResponse } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import { topicOfArn } from '../arn-check.ts';
import { invalidParameter } from '../errors.ts';
import type { SnsService } from '../service.ts';
import { checkLargeMessages } from '../subscription/large-messages.ts';
import type { Subscription } from '../subscription/subscription.ts';

/**
 * Confirms a subscription by the token that its endpoint was sent; one that has ended is taken up again. Anybody may who
 * has the token: the request need not be signed, so neither its account nor its region count.
 */
export const confirmSubscription: Operation<SnsService, ConfirmSubscriptionInput, ConfirmSubscriptionResponse> = async (
  { topics, subscriptions, tokens },
  { TopicArn, Token = '', AuthenticateOnUnsubscribe },
  context,
) => {
  const named = topicOfArn(TopicArn, 'TopicArn');
  const asked = await tokens.redeem(Token, named.arn);
  const topic = await topics.find(named, named.name);
  if (topic?.id !== asked.topicId) throw invalidParameter('Token');
  const authenticated = AuthenticateOnUnsubscribe === 'true' && context.caller.accessKeyId !== '';
  const confirmed = (subscription: Subscription): Subscription =>
    subscription.confirmed ? subscription : { ...subscription, confirmed: true, authenticated };
  if (await subscriptions.find(asked)) {
    return { SubscriptionArn: (await subscriptions.change(asked, confirmed)).arn };
  }
  const { arn } = await subscriptions.add(topic, (existing, current) => {
    const same = existing.find(({ id }) => id === asked.id);
    if (!same) checkLargeMessages(current, [...existing, asked]);
    return same ?? confirmed(asked);
  });
  return { SubscriptionArn: arn };
};
