import { ServiceError } from '../../../src/core/errors.ts';
import type { Expectation, ObjectVersion } from '../../../src/core/ports/object-store.ts';
import { noSuchKey, notImplementedHeader, preconditionFailed } from '../errors.ts';
import { lastModified, quoted, unquoted } from './object-facts.ts';

/** Conditions on the object that is read or copied. */
export interface ReadConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: Date | undefined;
  readonly ifUnmodifiedSince?: Date | undefined;
}

type Condition = 'If-Match' | 'If-None-Match' | 'If-Modified-Since' | 'If-Unmodified-Since';

/**
 * The first condition that does not hold. `If-Match` overrules `If-Unmodified-Since` and `If-None-Match` overrules
 * `If-Modified-Since` (docs: API_GetObject.html); dates in the future are ignored.
 */
function failedCondition(conditions: ReadConditions, version: ObjectVersion, nowMs: number): Condition | undefined {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  const changedMs = lastModified(version).getTime();
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, version)) return 'If-Match';
  } else if (ifUnmodifiedSince && changedMs > ifUnmodifiedSince.getTime()) return 'If-Unmodified-Since';
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, version) ? 'If-None-Match' : undefined;
  const isPast = ifModifiedSince && ifModifiedSince.getTime() <= nowMs;
  return isPast && changedMs <= ifModifiedSince.getTime() ? 'If-Modified-Since' : undefined;
}

const matches = (header: string, { etag }: ObjectVersion) =>
  header === '*' || header.split(',').some((each) => unquoted(each) === etag);

/** For reads: 412, or 304 where the client's own copy is still good. */
export function checkReadConditions(conditions: ReadConditions, version: ObjectVersion, nowMs: number): void {
  const failed = failedCondition(conditions, version, nowMs);
  if (failed === 'If-None-Match' || failed === 'If-Modified-Since') {
    throw new ServiceError('NotModified', 'Not Modified', {
      status: 304,
      headers: { etag: quoted(version.etag), 'last-modified': lastModified(version).toUTCString() },
    });
  }
  if (failed) throw preconditionFailed(failed);
}

/** For the source of a copy: always 412. */
export function checkCopyConditions(conditions: ReadConditions, version: ObjectVersion, nowMs: number): void {
  const failed = failedCondition(conditions, version, nowMs);
  if (failed) throw preconditionFailed(`x-amz-copy-source-${failed}`);
}

/** Conditions on the key that is written. */
export interface WriteConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/** What the store must check at the instant of the write. */
export function writeExpectation({ IfMatch, IfNoneMatch }: WriteConditions): Expectation | undefined {
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw notImplementedHeader('If-Match,If-None-Match', 'Multiple conditional request headers present in the request');
  }
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch === '*') return { kind: 'absent' };
    throw notImplementedHeader(
      'If-None-Match',
      "We don't accept the provided value of If-None-Match header for this API",
    );
  }
  if (IfMatch === undefined) return undefined;
  if (IfMatch === '*') {
    throw notImplementedHeader('If-Match', "We don't accept the provided value of If-Match header for this API");
  }
  return { kind: 'etag', etag: unquoted(IfMatch) };
}

/** The refusal of a write whose expectation did not hold. */
export function writeRefused(expect: Expectation, key: string, current: ObjectVersion | undefined): ServiceError {
  if (expect.kind === 'absent') return preconditionFailed('If-None-Match');
  return current && !current.deleteMarker ? preconditionFailed('If-Match') : noSuchKey(key);
}

/** Refuses at once what the store would refuse when the body has come. */
export function checkExpectation(
  expect: Expectation | undefined,
  key: string,
  newest: ObjectVersion | undefined,
): void {
  if (!expect) return;
  const current = newest?.deleteMarker ? undefined : newest;
  const holds = expect.kind === 'absent' ? current === undefined : current?.etag === expect.etag;
  if (!holds) throw writeRefused(expect, key, newest);
}
