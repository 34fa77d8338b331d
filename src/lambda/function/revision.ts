import type { Random } from '../../core/random.ts';
import { conflict, revisionMismatch } from '../lambda-error.ts';
import { functionArn } from './function-name.ts';
import { type FunctionRecord, isSettling, LATEST, type VersionRecord } from './function-record.ts';

/** The revision that callers see now. */
export function revisionOf(version: VersionRecord, nowMs: number): string {
  return isSettling(version, nowMs) ? version.settlingRevisionId : version.revisionId;
}

/** The revision of `$LATEST`, a version or an alias; `undefined` when there is no such qualifier. */
export function revisionOfQualifier(record: FunctionRecord, qualifier: string, nowMs: number): string | undefined {
  if (qualifier === LATEST) return revisionOf(record.latest, nowMs);
  const version = record.versions[qualifier];
  return version ? revisionOf(version, nowMs) : record.aliases[qualifier]?.revisionId;
}

/** Refuses a caller who worked from an older state. */
export function requireRevision(given: string | undefined, present: string | undefined): void {
  if (given !== undefined && given !== present) throw revisionMismatch('GetFunction/GetAlias');
}

/** A change that is no new code: tags, permissions, a publication. It gives the resource a new revision. */
export function withNewRevision(record: FunctionRecord, qualifier: string, random: Random): FunctionRecord {
  const revisionId = random.uuid();
  const renew = (version: VersionRecord) => ({ ...version, revisionId, settlingRevisionId: revisionId });
  if (qualifier === LATEST) return { ...record, latest: renew(record.latest) };
  const version = record.versions[qualifier];
  if (version) return { ...record, versions: { ...record.versions, [qualifier]: renew(version) } };
  const alias = record.aliases[qualifier];
  return alias ? { ...record, aliases: { ...record.aliases, [qualifier]: { ...alias, revisionId } } } : record;
}

/** Refuses to change a function that is still being created or updated. */
export function requireSettled(record: FunctionRecord, nowMs: number): void {
  const { latest } = record;
  if (!isSettling(latest, nowMs)) return;
  throw conflict(
    latest.settling === 'create'
      ? 'The operation cannot be performed at this time. The function is currently in the following state: Pending'
      : `The operation cannot be performed at this time. An update is in progress for resource: ${functionArn(record)}`,
  );
}
