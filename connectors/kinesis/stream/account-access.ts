import type { Arn } from '../../../src/core/arn.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import { parsePolicy, policyAllows } from '../../../src/core/resource-policy.ts';

/** A stream or a consumer, with the account that it belongs to. */
export interface OwnedResource {
  readonly account: string;
  readonly arn: Arn;
  readonly policy?: string | undefined;
}

/**
 * Refuses a caller of another account unless the resource's policy grants it the action.
 * https://docs.aws.amazon.com/streams/latest/dev/controlling-access.html#resource-based-policies
 * @param action what the policy must allow, e.g. `PutRecord`; `undefined` where AWS lets no other account in
 */
export function checkAccount(resource: OwnedResource, context: RequestContext, action: string | undefined): void {
  const { account, caller } = context;
  if (resource.account === account) return;
  const name = `kinesis:${action ?? '*'}`;
  const aliases = [`arn:aws:iam::${account}:root`, caller.arn];
  const request = { principal: account, aliases, action: name, resource: resource.arn };
  if (action !== undefined && policyAllows(parsePolicy(resource.policy), request)) return;
  throw new ServiceError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: ${name} on resource: ${resource.arn} because no resource-based policy allows the ${name} action`,
  );
}
