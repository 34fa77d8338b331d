import type { Scope } from '../../../src/core/arn.ts';
import { filterPolicyLimitExceeded } from '../errors.ts';
import type { SnsService } from '../service.ts';
import type { Subscription, SubscriptionName } from './subscription.ts';
import type { SubscriptionAttributes } from './subscription-attributes.ts';

/** https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const MAX_OF_TOPIC = 200;
const MAX_OF_ACCOUNT = 10_000;

/** Refuses one more filter policy beside those of a topic's subscriptions, where there is no room for it. */
export type CheckRoom = (ofTopic: readonly Subscription[]) => void;

/** Refuses nothing: for what brings no filter policy. */
export const anyRoom: CheckRoom = () => {};

/** Whether messages are filtered. */
export const hasFilterPolicy = (attributes: SubscriptionAttributes): boolean => 'FilterPolicy' in attributes;

/** Runs work that gives a subscription a filter policy; what it checks the room with is true until the work has ended. */
export async function withFilterQuota<T>(
  service: Pick<SnsService, 'turns' | 'topics' | 'subscriptions'>,
  scope: Scope,
  work: (checkRoom: CheckRoom) => Promise<T>,
): Promise<T> {
  // Two at a time would not see what the other takes.
  return await service.turns(`sns-filter-policies/${scope.account}/${scope.region}`, async () => {
    const isAccountFull = await reachesLimit(service, scope);
    return await work((ofTopic) => {
      if (isAccountFull || countFilterPolicies(ofTopic) >= MAX_OF_TOPIC) throw filterPolicyLimitExceeded();
    });
  });
}

/** Those of the topic that a subscription belongs to. */
export async function subscriptionsBeside(
  { topics, subscriptions }: Pick<SnsService, 'topics' | 'subscriptions'>,
  { account, region, topic: name }: SubscriptionName,
): Promise<readonly Subscription[]> {
  const topic = await topics.find({ account, region }, name);
  return topic ? await subscriptions.of(topic) : [];
}

/** So few topics as most accounts have cannot have too many filter policies: they are not counted. */
async function reachesLimit(
  { topics, subscriptions }: Pick<SnsService, 'topics' | 'subscriptions'>,
  { account, region }: Scope,
): Promise<boolean> {
  const scope = { account, region };
  if ((await topics.list(scope)).length * MAX_OF_TOPIC < MAX_OF_ACCOUNT) return false;
  return countFilterPolicies(await subscriptions.list(scope)) >= MAX_OF_ACCOUNT;
}

const countFilterPolicies = (subscriptions: readonly Subscription[]) =>
  subscriptions.filter(({ attributes }) => hasFilterPolicy(attributes)).length;
