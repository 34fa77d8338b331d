import { createHash } from 'node:crypto';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { Expectation, ObjectVersion } from '../../../src/core/ports/object-store.ts';
import type { Bucket } from '../bucket/buckets.ts';
import { isAskedFor } from '../events/notification-configuration.ts';
import type { S3 } from '../service.ts';
import { checkRemovable } from './object-lock.ts';
import { writeRefused } from './precondition.ts';

/** What is to be removed. */
export interface Removal {
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly expect?: Expectation | undefined;
  /** Whether a governance retention may be overruled. */
  readonly bypass: boolean;
}

/** What became of a removal. */
export interface Removed {
  /** Of the version that went or the marker that came; absent where the bucket never had versioning. */
  readonly versionId?: string | undefined;
  /** Whether a marker came or went. */
  readonly deleteMarker: boolean;
}

/** Removes an object or one version of it, or covers it with a delete marker, and tells of it. */
export async function removeObject(
  s3: S3,
  bucket: Bucket,
  removal: Removal,
  context: RequestContext,
): Promise<Removed> {
  const { versioning } = bucket;
  const { key, versionId, expect } = removal;
  const note = versionId === undefined ? undefined : noteOf(bucket, key, versionId);
  if (note !== undefined) {
    const turn = `${bucket.name}/${note}`;
    return await s3.untold.inTurn(turn, () => removeVersion(s3, bucket, removal, context, note));
  }
  if (versioning === undefined || versionId !== undefined) return await removeVersion(s3, bucket, removal, context);
  const outcome = await s3.objects.mark(bucket.name, key, {
    versioning: versioning === 'Enabled' ? 'enabled' : 'suspended',
    expect,
    attributes: {},
  });
  if (outcome.kind === 'refused') throw writeRefused(expect ?? { kind: 'absent' }, key, outcome.current);
  const marker = outcome.version;
  if (marker) await s3.changes.markerCreated(bucket, marker, context);
  return { versionId: marker?.versionId, deleteMarker: true };
}

/** Whether a version of that id is there, or went while nobody could be told of it. */
export async function isToRemove(s3: S3, bucket: Bucket, key: string, versionId: string): Promise<boolean> {
  if (await s3.objects.get(bucket.name, key, versionId)) return true;
  const note = noteOf(bucket, key, versionId);
  return note !== undefined && (await s3.untold.has(bucket.name, note));
}

/**
 * Under which name the removal of a version is noted, where anybody asked to be told of it: asked for again, it finds
 * nothing to remove. Without an id every removal is told of, or leaves another marker.
 */
function noteOf(bucket: Bucket, key: string, versionId: string): string | undefined {
  if (!isAskedFor('ObjectRemoved:Delete', bucket)) return undefined;
  // Hashed, as a key may be as long as a name in the registry.
  return createHash('sha256')
    .update(JSON.stringify([key, versionId]))
    .digest('base64url');
}

async function removeVersion(
  s3: S3,
  bucket: Bucket,
  removal: Removal,
  context: RequestContext,
  note?: string,
): Promise<Removed> {
  const { key, versionId = 'null' } = removal;
  const present = await s3.objects.get(bucket.name, key, versionId);
  if (present) checkRemovable(present, removal.bypass, s3.clock.nowMs());
  if (present && note !== undefined) await s3.untold.note(bucket.name, note);
  const isNoted = note !== undefined && (present !== undefined || (await s3.untold.has(bucket.name, note)));
  const version = present || !isNoted ? await removeNow(s3, bucket, removal, note) : undefined;
  const isVersioned = bucket.versioning !== undefined;
  if (version || isNoted || !isVersioned) await s3.changes.removed(bucket, key, versionId, context);
  if (isNoted) await s3.untold.settle(bucket.name, note);
  return { versionId: isVersioned ? versionId : undefined, deleteMarker: version?.deleteMarker ?? false };
}

async function removeNow(
  s3: S3,
  bucket: Bucket,
  { key, versionId = 'null', expect }: Removal,
  note: string | undefined,
): Promise<ObjectVersion | undefined> {
  const outcome = await s3.objects.remove(bucket.name, key, versionId, expect);
  if (outcome.kind === 'removed') return outcome.version;
  if (note !== undefined) await s3.untold.settle(bucket.name, note);
  throw writeRefused(expect ?? { kind: 'absent' }, key, outcome.current);
}
