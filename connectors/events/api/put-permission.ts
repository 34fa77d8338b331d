import type { PutPermissionCommandInput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { parsePolicy, policyIn, type Statement, statementsOf } from '../../../src/core/resource-policy.ts';
import { busNamed } from '../bus/bus.ts';
import { validation } from '../errors.ts';
import type { EventsService } from '../service.ts';

/** Lets others put events onto a bus: by a statement, which replaces the one of its id, or by a policy in place of all. */
export const putPermission: Operation<EventsService, PutPermissionCommandInput, object> = async (
  { buses },
  input,
  context,
) => {
  await buses.change(busNamed(input.EventBusName, context), (bus) => {
    if (input.Policy !== undefined) return { ...bus, policy: checkPolicy(input.Policy) };
    const statement = statementOf(input, bus.arn);
    const policy = parsePolicy(bus.policy);
    const others = statementsOf(policy).filter(({ Sid }) => Sid !== statement.Sid);
    const frame = policy ?? { Version: '2012-10-17' };
    return { ...bus, policy: JSON.stringify({ ...frame, Statement: [...others, statement] }) };
  });
  return {};
};

/** The texts are unverified. */
function statementOf(input: PutPermissionCommandInput, resource: string): Statement {
  const { StatementId, Action, Principal, Condition } = input;
  const missing = Object.entries({ StatementId, Action, Principal }).find(([, value]) => value === undefined);
  if (missing) throw validation(`Parameter(s) ${missing[0]} must be specified.`);
  if (Action !== 'events:PutEvents') throw validation("Provided value in parameter 'action' is not supported.");
  const { Type = '', Key = '', Value = '' } = Condition ?? {};
  return {
    Sid: StatementId ?? '',
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` },
    Action,
    Resource: resource,
    ...(Condition && { Condition: { [Type]: { [Key]: Value } } }),
  };
}

/** The policy as it came; the text is unverified. */
function checkPolicy(text: string): string {
  if (policyIn(text)) return text;
  throw validation('Parameter Policy is not valid.');
}
