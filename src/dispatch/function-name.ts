import { type Arn, asArn } from '../core/arn.ts';

/** `arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]`, split at the qualifier. */
const FUNCTION_ARN = /^(arn:[^:]+:lambda:[^:]*:[^:]*:function:([^:]+))(?::(.+))?$/;

/** The bare name of the function that an ARN names. */
export function functionName(arn: Arn): string {
  return FUNCTION_ARN.exec(arn)?.[2] ?? arn;
}

/** The ARN with its qualifier, `$LATEST` when it has none. Records of asynchronous invocations always show one. */
export function qualifiedArn(arn: Arn): Arn {
  const [, unqualified, , qualifier] = FUNCTION_ARN.exec(arn) ?? [];
  return unqualified === undefined ? arn : asArn(`${unqualified}:${qualifier ?? '$LATEST'}`);
}
