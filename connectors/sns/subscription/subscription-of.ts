import type { RequestContext } from '../../../src/core/operation.ts';
import { subscriptionOfArn } from '../arn-check.ts';
import { invalidParameter, notAuthorized, notFound } from '../errors.ts';
import type { SnsService } from '../service.ts';
import type { Subscription } from './subscription.ts';

/** The subscription of a request; refuses when there is none. Only its owner and its topic's get at it. */
export async function subscriptionOf(
  { subscriptions }: Pick<SnsService, 'subscriptions'>,
  arn: string | undefined,
  { account, region, caller }: RequestContext,
  action: string,
): Promise<Subscription> {
  const named = subscriptionOfArn(arn);
  if (named.region !== region) throw invalidParameter('SubscriptionArn');
  const { name: topic, ...place } = named;
  const subscription = await subscriptions.find({ ...place, topic });
  if (!subscription) throw notFound('Subscription');
  if (account === subscription.owner || account === subscription.account) return subscription;
  throw notAuthorized(caller.arn, action, subscription.arn);
}
