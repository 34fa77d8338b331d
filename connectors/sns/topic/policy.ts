import { jsonFault } from '../../../src/core/json/json-fault.ts';
import { type Policy, parsePolicy, type Statement, statementsOf } from '../../../src/core/resource-policy.ts';
import { invalidParameter } from '../errors.ts';
import type { Topic } from './topic.ts';

/** What the owner of a topic may do; other accounts may be given no more. Recorded in this order. */
const OWNER_ACTIONS = [
  'GetTopicAttributes',
  'SetTopicAttributes',
  'AddPermission',
  'RemovePermission',
  'DeleteTopic',
  'Subscribe',
  'ListSubscriptionsByTopic',
  'Publish',
];

/** The topic's policy; the one that each topic begins with where none was set. */
export const policyOf = (topic: Topic): string => topic.attributes['Policy'] ?? JSON.stringify(defaultPolicy(topic));

function defaultPolicy({ arn, account }: Topic): object {
  return {
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: OWNER_ACTIONS.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': account } },
      },
    ],
  };
}

/** Checks a policy's form; it is stored as it came. */
export function checkPolicy(text: string): string {
  const fault = jsonFault(Buffer.from(text));
  if (fault !== undefined) throw invalidParameter('Policy Error: null');
  const policy: unknown = JSON.parse(text);
  if (typeof policy === 'object' && policy !== null && 'Statement' in policy) return text;
  throw invalidParameter('Policy Error: null');
}

/** The policy with a statement that lets accounts do something. */
export function withPermission(
  topic: Topic,
  { label, accounts, actions }: { label: string; accounts: readonly string[]; actions: readonly string[] },
): string {
  const policy = current(topic);
  const statements = statementsOf(policy);
  if (statements.some(({ Sid }) => Sid === label)) throw invalidParameter('Statement already exists');
  if (!actions.every((action) => OWNER_ACTIONS.includes(action))) {
    throw invalidParameter('Policy statement action out of service scope!');
  }
  const added = {
    Sid: label,
    Effect: 'Allow',
    Principal: { AWS: alone(accounts.map((account) => `arn:aws:iam::${account}:root`)) },
    Action: alone(actions.map((action) => `SNS:${action}`)),
    Resource: topic.arn,
  };
  return JSON.stringify({ ...policy, Statement: [...statements, added] });
}

/** The policy without the statement of that label. */
export function withoutPermission(topic: Topic, label: string): string {
  const policy = current(topic);
  return JSON.stringify({ ...policy, Statement: statementsOf(policy).filter(({ Sid }: Statement) => Sid !== label) });
}

const current = (topic: Topic): Policy | undefined => parsePolicy(policyOf(topic));

/** A list of one is written without its brackets. */
const alone = (values: readonly string[]) => (values.length === 1 ? values[0] : values);
