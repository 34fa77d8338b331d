import type { ObjectLockMode, ObjectLockRetention } from '@aws-sdk/client-s3';
import type { ServiceError } from '../../../src/core/errors.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { ObjectVersion } from '../../../src/core/ports/object-store.ts';
import type { Bucket } from '../bucket/buckets.ts';
import { accessDenied, invalidArgument, invalidRequest, malformedXml, refusal } from '../errors.ts';
import { factsOf, type ObjectLock } from './object-facts.ts';

/** Members by which a write locks what it writes. */
export interface LockInput {
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

const DAY_MS = 24 * 3600 * 1000;
const MODES = new Set<string>(['GOVERNANCE', 'COMPLIANCE']);

/** The lock of a new version: by the request, else by the bucket's default retention. */
export function newLock(input: LockInput, bucket: Bucket, nowMs: number): ObjectLock | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: legalHold } = input;
  if (mode === undefined && until === undefined && legalHold === undefined) return defaultLock(bucket, nowMs);
  requireLocking(bucket);
  if ((mode === undefined) !== (until === undefined)) {
    throw invalidArgument('x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied', {
      ArgumentName: mode === undefined ? 'x-amz-object-lock-mode' : 'x-amz-object-lock-retain-until-date',
    });
  }
  if (mode !== undefined && !MODES.has(mode)) {
    throw invalidArgument('Unknown wormMode directive.', {
      ArgumentName: 'x-amz-object-lock-mode',
      ArgumentValue: mode,
    });
  }
  if (legalHold !== undefined && legalHold !== 'ON' && legalHold !== 'OFF') {
    throw invalidArgument('Legal Hold must be either of: ON, OFF', {
      ArgumentName: 'x-amz-object-lock-legal-hold',
      ArgumentValue: legalHold,
    });
  }
  if (until) checkFuture(until, nowMs, 'x-amz-object-lock-retain-until-date');
  return { mode: mode as ObjectLockMode | undefined, retainUntilMs: until?.getTime(), legalHold };
}

function defaultLock({ objectLock }: Bucket, nowMs: number): ObjectLock | undefined {
  const retention = objectLock?.Rule?.DefaultRetention;
  if (!retention) return undefined;
  const days = retention.Days ?? (retention.Years ?? 0) * 365;
  return { mode: retention.Mode, retainUntilMs: nowMs + days * DAY_MS };
}

/** Refuses to lock objects of a bucket that was not made for it. */
export function requireLocking({ objectLock }: Bucket): void {
  if (!objectLock) throw invalidRequest('Bucket is missing Object Lock Configuration');
}

/** The lock after a retention was put; a retention may only be shortened in governance mode, by who may bypass it. */
export function changedRetention(
  lock: ObjectLock | undefined,
  retention: ObjectLockRetention | undefined,
  options: { readonly bypass: boolean; readonly nowMs: number },
): ObjectLock {
  const { Mode: mode, RetainUntilDate: until } = retention ?? {};
  const removes = mode === undefined && until === undefined;
  if (!removes && (mode === undefined || until === undefined || !MODES.has(mode))) throw malformedXml();
  if (until) checkFuture(until, options.nowMs, 'RetainUntilDate');
  const untilMs = until?.getTime() ?? 0;
  const weakens = lock?.mode !== undefined && (untilMs < (lock.retainUntilMs ?? 0) || mode !== lock.mode);
  const holds = lock?.mode === 'COMPLIANCE' || !options.bypass;
  if (weakens && holds && (lock.retainUntilMs ?? 0) > options.nowMs) throw locked();
  return { ...lock, mode, retainUntilMs: until?.getTime() };
}

/** AWS names the refused instant in its own time zone (recorded). */
function checkFuture(until: Date, nowMs: number, ArgumentName: string): void {
  if (until.getTime() > nowMs) return;
  throw invalidArgument('The retain until date must be in the future!', {
    ArgumentName,
    ArgumentValue: pacificTime(until),
  });
}

function pacificTime(instant: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Los_Angeles',
    weekday: 'short',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    year: 'numeric',
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  const time = `${part('hour')}:${part('minute')}:${part('second')}`;
  return `${part('weekday')} ${part('month')} ${part('day')} ${time} ${part('timeZoneName')} ${part('year')}`;
}

const locked = () => accessDenied('Access Denied because object protected by object lock.');

/** Refuses to remove a version that is locked. */
export function checkRemovable(version: ObjectVersion, bypass: boolean, nowMs: number): void {
  if (version.deleteMarker) return;
  const { lock } = factsOf(version);
  if (!lock) return;
  const retained = lock.mode !== undefined && (lock.retainUntilMs ?? 0) > nowMs;
  const mayBypass = bypass && lock.mode === 'GOVERNANCE';
  if (lock.legalHold === 'ON' || (retained && !mayBypass)) throw locked();
}

/** The bypass header makes sense only where objects can be locked; even `false` is refused elsewhere (recorded). */
export function bypassOf(
  input: { readonly BypassGovernanceRetention?: boolean | undefined },
  bucket: Bucket,
  { headers }: Pick<RequestContext, 'headers'>,
): boolean {
  const given = input.BypassGovernanceRetention ?? headers['x-amz-bypass-governance-retention'];
  if (given !== undefined && !bucket.objectLock) {
    throw invalidArgument('x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.', {
      ArgumentName: 'x-amz-bypass-governance-retention',
    });
  }
  return given === true || given === 'true';
}

/** What answers show of a lock. */
export function lockMembers(lock: ObjectLock | undefined) {
  return {
    ...(lock?.mode ? { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: new Date(lock.retainUntilMs ?? 0) } : {}),
    ...(lock?.legalHold ? { ObjectLockLegalHoldStatus: lock.legalHold } : {}),
  };
}

/** What AWS says of an object without the retention or legal hold that was asked for. */
export function lockMissing(): ServiceError {
  const message = 'The specified object does not have a ObjectLock configuration';
  return refusal(404, 'NoSuchObjectLockConfiguration', message);
}
