import type { RemovePermissionCommandInput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { parsePolicy, statementsOf } from '../../../src/core/resource-policy.ts';
import { busNamed } from '../bus/bus.ts';
import { notFound } from '../errors.ts';
import type { EventsService } from '../service.ts';

/** Removes a statement of the bus's policy, or all; with the last one goes the policy. */
export const removePermission: Operation<EventsService, RemovePermissionCommandInput, object> = async (
  { buses },
  { EventBusName, StatementId, RemoveAllPermissions },
  context,
) => {
  await buses.change(busNamed(EventBusName, context), ({ policy: text, ...bus }) => {
    if (RemoveAllPermissions) return bus;
    // The texts are unverified.
    if (text === undefined) throw notFound('EventBus does not have a policy.');
    const policy = parsePolicy(text);
    const statements = statementsOf(policy);
    const left = statements.filter(({ Sid }) => Sid !== StatementId);
    if (left.length === statements.length) throw notFound('Statement with the provided id does not exist.');
    return left.length === 0 ? bus : { ...bus, policy: JSON.stringify({ ...policy, Statement: left }) };
  });
  return {};
};
