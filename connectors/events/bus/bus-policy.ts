import { ServiceError } from '../../../src/core/errors.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import { parsePolicy, policyAllows } from '../../../src/core/resource-policy.ts';
import type { BusName } from '../bus-events.ts';
import { type Bus, busArn } from './bus.ts';

/** Whether the bus's policy lets that account put events onto it. */
export const allowsAccount = (bus: Bus, account: string, caller?: string): boolean =>
  policyAllows(parsePolicy(bus.policy), {
    principal: account,
    aliases: [`arn:aws:iam::${account}:root`, ...(caller === undefined ? [] : [caller])],
    action: 'events:PutEvents',
    resource: bus.arn,
  });

/**
 * Refuses a caller of another account unless the bus's policy lets it put events.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
 */
export function checkAccount(name: BusName, bus: Bus | undefined, { account, caller }: RequestContext): void {
  if (name.account === account || (bus && allowsAccount(bus, account, caller.arn))) return;
  throw new ServiceError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: events:PutEvents on resource: ${busArn(name)} because no resource-based policy allows the events:PutEvents action`,
  );
}
