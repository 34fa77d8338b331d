import type { AddPermissionRequest } from '@aws-sdk/client-lambda';
import type { PolicyStatement } from '../function/function-record.ts';
import { invalidParameter } from '../lambda-error.ts';

/** The document that GetPolicy answers with. */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
}

/** The statement that AddPermission makes of its parameters, members in AWS's order. */
export function statementOf(input: AddPermissionRequest, resource: string): PolicyStatement {
  const condition = conditionOf(input);
  return {
    Sid: input.StatementId ?? '',
    Effect: 'Allow',
    Principal: principalOf(input.Principal ?? ''),
    Action: input.Action ?? '',
    Resource: resource,
    ...(condition ? { Condition: condition } : {}),
  };
}

function principalOf(principal: string): PolicyStatement['Principal'] {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (/^arn:[^:]+:(iam|sts)::\d{12}:/.test(principal)) return { AWS: principal };
  if (/^[a-z0-9.-]+\.amazon(aws)?\.com(\.cn)?$/.test(principal)) return { Service: principal };
  throw invalidParameter('The provided principal was invalid. Please check the principal and try again.');
}

function conditionOf(input: AddPermissionRequest): PolicyStatement['Condition'] {
  const equals = present({
    'AWS:SourceAccount': input.SourceAccount,
    'lambda:EventSourceToken': input.EventSourceToken,
    'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType,
    'aws:PrincipalOrgID': input.PrincipalOrgID,
  });
  const bool = present({ 'lambda:InvokedViaFunctionUrl': input.InvokedViaFunctionUrl?.toString() });
  const like = present({ 'AWS:SourceArn': input.SourceArn });
  const condition = {
    ...(equals ? { StringEquals: equals } : {}),
    ...(bool ? { Bool: bool } : {}),
    ...(like ? { ArnLike: like } : {}),
  };
  return Object.keys(condition).length > 0 ? condition : undefined;
}

function present(values: Readonly<Record<string, string | undefined>>): Record<string, string> | undefined {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

/** Who wants to invoke, and on behalf of what. */
export interface InvokeClaim {
  /** A service, an account's root or an identity, e.g. `s3.amazonaws.com`. */
  readonly principal: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

/** Whether one of the statements lets the claim invoke. A condition on anything that the claim does not tell fails. */
export function allowsInvoke(statements: readonly PolicyStatement[], claim: InvokeClaim): boolean {
  return statements.some(
    (statement) =>
      matches(statement.Action, 'lambda:InvokeFunction') &&
      coversPrincipal(statement.Principal, claim.principal) &&
      Object.entries(statement.Condition ?? {}).every(([operator, wanted]) => holds(operator, wanted, claim)),
  );
}

function coversPrincipal(covered: PolicyStatement['Principal'], principal: string): boolean {
  if (covered === '*') return true;
  if ('Service' in covered) return covered.Service === principal;
  const account = /^arn:[^:]+:iam::(\d{12}):root$/.exec(covered.AWS)?.[1];
  return covered.AWS === principal || (account !== undefined && principal.split(':')[4] === account);
}

function holds(operator: string, wanted: Readonly<Record<string, string>>, claim: InvokeClaim): boolean {
  return Object.entries(wanted).every(([key, value]) => {
    const actual = { 'aws:sourcearn': claim.sourceArn, 'aws:sourceaccount': claim.sourceAccount }[key.toLowerCase()];
    if (actual === undefined) return false;
    return operator === 'ArnLike' ? arnLike(value, actual) : value === actual;
  });
}

/** Each of the six parts may hold `*` and `?`: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN */
function arnLike(pattern: string, arn: string): boolean {
  const wanted = partsOf(pattern);
  const actual = partsOf(arn);
  return wanted.length === actual.length && wanted.every((part, index) => matches(part, actual[index] ?? ''));
}

function partsOf(arn: string): readonly string[] {
  const [a = '', b = '', c = '', d = '', e = '', ...rest] = arn.split(':');
  return [a, b, c, d, e, rest.join(':')];
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
