/** A policy that a resource has of itself: a queue, a stream, a consumer. */
export interface Policy {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: Statement | readonly Statement[];
}

type Principals = string | Readonly<Record<string, string | readonly string[]>>;

/** One rule of a policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: Principals;
  readonly NotPrincipal?: Principals;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Who wants to do what. */
export interface PolicyRequest {
  /** A service's principal, e.g. `s3.amazonaws.com`, or the caller's account. */
  readonly principal: string;
  /** Other names of the principal, e.g. the ARN of the caller and of its account. */
  readonly aliases?: readonly string[];
  readonly action: string;
  readonly resource: string;
  /** For whom a service acts; a direct caller acts for nobody. */
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

/** A stored policy; `undefined` when there is none. */
export function parsePolicy(text: string | undefined): Policy | undefined {
  return text ? (JSON.parse(text) as Policy) : undefined;
}

/** The policy that a client wrote; `undefined` when it is none. What it says in its statements may be anything. */
export function policyIn(text: string): Policy | undefined {
  try {
    const policy: unknown = JSON.parse(text);
    if (!isObject(policy) || !('Statement' in policy)) return undefined;
    return listOf(policy.Statement).every(isObject) ? (policy as Policy) : undefined;
  } catch {
    return undefined;
  }
}

/** Its statements as a list, which a single one may do without; nothing that is no statement. */
export function statementsOf(policy: Policy | undefined): readonly Statement[] {
  return listOf(policy?.Statement).filter((statement) => isObject(statement));
}

/** Whether the policy lets the request through: one statement must allow it and none may deny it. */
export function policyAllows(policy: Policy | undefined, request: PolicyRequest): boolean {
  const matching = statementsOf(policy).filter((statement) => matches(statement, request));
  return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
}

function matches(statement: Statement, request: PolicyRequest): boolean {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement;
  const action = request.action.toLowerCase();
  const isPrincipal = (name: string) =>
    name === '*' || name === request.principal || request.aliases?.includes(name) === true;
  return (
    named(principals(Principal), principals(NotPrincipal), isPrincipal) &&
    named(texts(Action), texts(NotAction), (pattern) => like(pattern.toLowerCase(), action)) &&
    named(texts(Resource), texts(NotResource), (pattern) => like(pattern, request.resource)) &&
    Object.entries(Condition ?? {}).every(([operator, tests]) => holds(operator, tests, request))
  );
}

/** An element holds when one of its values matches, its `Not` twin when none does. */
function named(
  values: readonly string[] | undefined,
  others: readonly string[] | undefined,
  matching: (value: string) => boolean,
): boolean {
  if (values) return values.some(matching);
  return others !== undefined && !others.some(matching);
}

function principals(element: Principals | undefined): readonly string[] | undefined {
  if (isObject(element)) return Object.values(element).flatMap((values) => texts(values) ?? []);
  return texts(element);
}

/**
 * Conditions on what a delivery is known by; services deliver over TLS. One that asks for anything else does not hold,
 * unless it asks for the key to be left out or to be different.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
function holds(operator: string, tests: Readonly<Record<string, string | readonly string[]>>, request: PolicyRequest) {
  const parts = /^(Arn|String|Bool)(Not)?(Like|Equals|EqualsIgnoreCase)?(IfExists)?$/.exec(operator);
  const [, kind, negated, how, ifExists] = parts ?? [];
  const wild = kind === 'Arn' || how === 'Like';
  const fold = (text: string) => (kind === 'Bool' || how === 'EqualsIgnoreCase' ? text.toLowerCase() : text);
  const known: Readonly<Record<string, string | undefined>> = {
    'aws:sourcearn': request.sourceArn,
    'aws:sourceaccount': request.sourceAccount,
    'aws:securetransport': 'true',
  };
  if (!isObject(tests)) return false;
  return Object.entries(tests).every(([key, patterns]) => {
    const value = known[key.toLowerCase()];
    if (parts === null) return false;
    if (value === undefined) return negated !== undefined || ifExists !== undefined;
    const found = texts(patterns)?.some((pattern) => (wild ? like(pattern, value) : fold(pattern) === fold(value)));
    return negated === undefined ? found : !found;
  });
}

/** `*` stands for any characters, `?` for one. It goes back to the last `*` only, so no pattern of a client makes it slow. */
function like(pattern: string, value: string): boolean {
  let at = 0;
  let of = 0;
  let star = -1;
  let resumeAt = 0;
  while (at < value.length) {
    if (pattern[of] === '*') {
      star = of++;
      resumeAt = at;
    } else if (of < pattern.length && (pattern[of] === '?' || pattern[of] === value[at])) {
      of++;
      at++;
    } else {
      if (star < 0) return false;
      of = star + 1;
      at = ++resumeAt;
    }
  }
  while (pattern[of] === '*') of++;
  return of === pattern.length;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** What an element says; clients may have put other things than text there. */
const texts = (value: string | readonly string[] | undefined): readonly string[] | undefined =>
  value === undefined || value === null ? undefined : listOf(value).map(String);
