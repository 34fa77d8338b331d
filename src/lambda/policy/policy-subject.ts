import { functionArn } from '../function/function-name.ts';
import { type FunctionRecord, LATEST } from '../function/function-record.ts';
import { functionNotFound, notFound, revisionMismatch } from '../lambda-error.ts';

/** What could be an alias; all else is taken for a version. */
const ALIAS = /^(?!\d+$)[a-zA-Z0-9-_]+$/;

/** A policy hangs on the function, a version or an alias; AWS tells a missing alias from a missing version. */
export function requireQualifier(record: FunctionRecord, qualifier: string): void {
  if (qualifier === LATEST || record.versions[qualifier] || record.aliases[qualifier]) return;
  const arn = functionArn(record, qualifier);
  throw ALIAS.test(qualifier) ? notFound(`Cannot find alias arn: ${arn}`) : functionNotFound(arn);
}

/** Refuses a caller who worked from an older policy. The revision is that of the function, version or alias. */
export function requirePolicyRevision(given: string | undefined, present: string | undefined): void {
  if (given !== undefined && given !== present) throw revisionMismatch('GetPolicy');
}
