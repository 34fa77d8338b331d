import type { RequestContext } from '../../src/core/operation.ts';
import { parsePolicy, policyAllows } from '../../src/core/resource-policy.ts';
import { accessDenied } from './errors.ts';
import type { Queue } from './queue.ts';

/**
 * Refuses a caller of another account unless the queue's policy grants it the action.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html
 * @param action what the policy must allow, e.g. `SendMessage`; `undefined` where AWS lets no other account in
 */
export function checkAccount(queue: Queue, context: RequestContext, action: string | undefined): void {
  const { account, caller } = context;
  if (queue.account === account) return;
  const allowed =
    action !== undefined &&
    policyAllows(parsePolicy(queue.attributes['Policy']), {
      principal: account,
      aliases: [`arn:aws:iam::${account}:root`, caller.arn],
      action: `sqs:${action}`,
      resource: queue.arn,
    });
  if (!allowed) throw accessDenied(queue.arn);
}
