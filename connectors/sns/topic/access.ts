import type { RequestContext } from '../../../src/core/operation.ts';
import { parsePolicy, policyAllows } from '../../../src/core/resource-policy.ts';
import type { ResourceDescription } from '../../../src/core/target.ts';
import { notAuthorized } from '../errors.ts';
import { policyOf } from './policy.ts';
import type { Topic } from './topic.ts';

/**
 * Refuses a caller of another account unless the topic's policy grants it the action.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
export function checkAccount(topic: Topic, { account, caller }: RequestContext, action: string): void {
  if (topic.account === account) return;
  const request = {
    principal: account,
    aliases: [`arn:aws:iam::${account}:root`, caller.arn],
    action: `SNS:${action}`,
    resource: topic.arn,
  };
  if (!policyAllows(parsePolicy(policyOf(topic)), request)) throw notAuthorized(caller.arn, action, topic.arn);
}

type Asking = Parameters<NonNullable<ResourceDescription['allows']>>[0];

/** These deliver under a role of the account, which within it needs no policy of the topic. */
const ACT_AS_ROLE = new Set(['lambda.amazonaws.com', 'scheduler.amazonaws.com']);

/** Whether a service may publish to the topic. */
export function allowsPublishing(topic: Topic, { principal, sourceArn, sourceAccount }: Asking): boolean {
  if (ACT_AS_ROLE.has(principal) && sourceAccount === topic.account) return true;
  const request = { principal, sourceArn, sourceAccount, action: 'SNS:Publish', resource: topic.arn };
  return policyAllows(parsePolicy(policyOf(topic)), request);
}
