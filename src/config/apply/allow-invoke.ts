import { type Applying, orAbsent } from './applying.ts';
import { existingArn } from './existing-arn.ts';

/** What a function is invoked by: as S3 a bucket, as SNS a topic. */
export interface Invoker {
  /** E.g. `s3`. */
  readonly service: string;
  readonly name: string;
  readonly arn: string;
}

/** Lets the other service invoke the function. */
export async function allowInvoke(applying: Applying, target: string, from: Invoker): Promise<void> {
  const { call, scope } = applying;
  const FunctionName = await existingArn(applying, 'lambda', target);
  const StatementId = statementId(from);
  const { Policy = '{}' } = (await orAbsent(call('lambda', 'GetPolicy', { FunctionName }))) ?? {};
  const { Statement = [] } = JSON.parse(String(Policy)) as { Statement?: readonly { Sid?: string }[] };
  if (Statement.some(({ Sid }) => Sid === StatementId)) return;
  await call('lambda', 'AddPermission', {
    FunctionName,
    StatementId,
    Action: 'lambda:InvokeFunction',
    Principal: `${from.service}.amazonaws.com`,
    SourceArn: from.arn,
    ...(from.service === 's3' ? { SourceAccount: scope.account } : {}),
  });
}

/** Of letters, digits, `-` and `_` only, at most 100. */
function statementId({ service, name }: Invoker): string {
  // A bucket's has no service in it: it was the first, and what is there already must be found again.
  const prefix = service === 's3' ? 'headwater' : `headwater-${service}`;
  return `${prefix}-${name.replaceAll(/[^a-zA-Z0-9-_]/g, '_')}`.slice(0, 100);
}
