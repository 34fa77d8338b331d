import { type Arn, formatArn, type Scope } from '../../core/arn.ts';
import type { RequestContext } from '../../core/operation.ts';
import { accessDenied, invalidParameter, notFound } from '../lambda-error.ts';

/** Which function a call means, and with which qualifier. */
export interface FunctionReference extends Scope {
  readonly name: string;
  /** As the caller gave it, in the name or beside it. */
  readonly qualifier: string | undefined;
}

/** `fn`, `fn:qualifier`, `123456789012:function:fn`, or an ARN: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
const NAME =
  /^(?:arn:[a-zA-Z-]+:lambda:)?(?:(?<region>[a-z]{2,5}(?:-[a-z]+)+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9-_.]+)(?::(?<qualifier>[$a-zA-Z0-9-_.]+))?$/;

/** Reads the forms in which a function may be named; the caller's account and region fill what is left out. */
export function referenceTo(context: RequestContext, functionName: string, qualifier?: string): FunctionReference {
  const parts = NAME.exec(functionName)?.groups ?? { name: functionName };
  const { region = context.region, account = context.account, name = functionName } = parts;
  const derived = parts['qualifier'];
  if (derived !== undefined && qualifier !== undefined && derived !== qualifier) {
    throw invalidParameter('The derived qualifier from the function name does not match the specified qualifier.');
  }
  if (region !== context.region) {
    throw notFound(`Functions from '${region}' are not reachable in this region ('${context.region}')`);
  }
  return { account, region, name, qualifier: qualifier ?? derived };
}

/** The same for operations on the caller's own functions: another account's are not for them. */
export function ownReference(context: RequestContext, functionName: string, qualifier?: string): FunctionReference {
  const reference = referenceTo(context, functionName, qualifier);
  if (reference.account !== context.account) throw accessDenied();
  return reference;
}

const ONLY_UNQUALIFIED =
  'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. ' +
  'Please specify either a function name or an unqualified function ARN.';

/** The same for operations on the function as a whole. */
export function wholeFunction(context: RequestContext, functionName: string): FunctionReference {
  const reference = ownReference(context, functionName);
  if (reference.qualifier !== undefined) throw invalidParameter(ONLY_UNQUALIFIED);
  return reference;
}

/** ARN of the function, with the qualifier when there is one. */
export function functionArn({ account, region, name }: Scope & { readonly name: string }, qualifier?: string): Arn {
  const resource = qualifier === undefined ? `function:${name}` : `function:${name}:${qualifier}`;
  return formatArn({ service: 'lambda', account, region, resource });
}

/** Takes a function's ARN apart; `undefined` for any other. */
export function parseFunctionArn(arn: string): FunctionReference | undefined {
  const [, , service, region, account, kind, name, qualifier, ...rest] = arn.split(':');
  if (service !== 'lambda' || kind !== 'function' || !region || !account || !name || rest.length > 0) return undefined;
  return { account, region, name, qualifier };
}
