import { invalidAttributeValue } from './errors.ts';

/** A queue's resource policy. */
export interface Policy {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: Statement | readonly Statement[];
}

/** One rule of a policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Who wants to do what. */
export interface PolicyRequest {
  /** A service's principal, e.g. `s3.amazonaws.com`. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

/** Checks a policy's form; it is stored as it came. */
export function checkPolicy(text: string): string {
  try {
    const policy: unknown = JSON.parse(text);
    if (typeof policy === 'object' && policy !== null && 'Statement' in policy) return text;
  } catch {
    // Answered below.
  }
  throw invalidAttributeValue('Policy');
}

/** A stored policy; `undefined` when there is none. */
export function parsePolicy(text: string | undefined): Policy | undefined {
  return text ? (JSON.parse(text) as Policy) : undefined;
}

/** Its statements as a list, which a single one may do without. */
export function statementsOf(policy: Policy | undefined): readonly Statement[] {
  return policy === undefined ? [] : list(policy.Statement);
}

/** Whether the policy lets the request through: one statement must allow it and none may deny it. */
export function policyAllows(policy: Policy | undefined, request: PolicyRequest): boolean {
  const matching = statementsOf(policy).filter((statement) => matches(statement, request));
  return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
}

function matches(statement: Statement, request: PolicyRequest): boolean {
  return (
    principals(statement).some((principal) => principal === '*' || principal === request.principal) &&
    list(statement.Action).some((action) => like(action.toLowerCase(), request.action.toLowerCase())) &&
    list(statement.Resource).some((resource) => like(resource, request.resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, tests]) => holds(operator, tests, request))
  );
}

function principals({ Principal }: Statement): readonly string[] {
  if (Principal === undefined) return [];
  return typeof Principal === 'string' ? [Principal] : Object.values(Principal).flatMap(list);
}

/** Conditions on what a delivery is known by. One that asks for anything else does not hold. */
function holds(operator: string, tests: Readonly<Record<string, string | readonly string[]>>, request: PolicyRequest) {
  const wild = /^(Arn(Like|Equals)|StringLike)(IfExists)?$/.test(operator);
  const exact = /^StringEquals(IgnoreCase)?(IfExists)?$/.test(operator);
  return Object.entries(tests).every(([key, patterns]) => {
    const known = { 'aws:sourcearn': request.sourceArn, 'aws:sourceaccount': request.sourceAccount };
    const value = known[key.toLowerCase() as keyof typeof known];
    if (value === undefined || !(wild || exact)) return false;
    return list(patterns).some((pattern) => (wild ? like(pattern, value) : pattern === value));
  });
}

function like(pattern: string, value: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's').test(value);
}

function list<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
