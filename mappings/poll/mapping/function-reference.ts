import { type Arn, asArn, formatArn, type Scope } from '../../../src/core/arn.ts';

/** `name`, `name:qualifier`, `account:function:name[:qualifier]` or a whole ARN. */
const REFERENCE =
  /^(?:arn:[^:]+:lambda:(?<region>[^:]*):(?<account>\d*):function:|(?:(?<partial>\d{12}):)?(?:function:)?)(?<name>[\w-]+)(?::(?<qualifier>\$LATEST|[\w-]+))?$/;

/** The ARN that a `FunctionName` names, with its qualifier if it has one; `undefined` when it names nothing. */
export function functionReference(text: string, scope: Scope): Arn | undefined {
  const parts = REFERENCE.exec(text)?.groups;
  if (!parts) return undefined;
  const account = parts['account'] || parts['partial'] || scope.account;
  const qualifier = parts['qualifier'] ? `:${parts['qualifier']}` : '';
  const resource = `function:${parts['name']}${qualifier}`;
  return formatArn({ service: 'lambda', region: parts['region'] || scope.region, account, resource });
}

/** Without the qualifier. */
export const unqualified = (arn: Arn): Arn => asArn(arn.split(':').slice(0, 7).join(':'));
