import type { RequestContext } from '../../../src/core/operation.ts';
import type { Expectation } from '../../../src/core/ports/object-store.ts';
import type { Bucket } from '../bucket/buckets.ts';
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
  /** Whether a version of that id was there. */
  readonly found: boolean;
}

/** Removes an object or one version of it, or covers it with a delete marker, and tells of it. */
export async function removeObject(
  s3: S3,
  bucket: Bucket,
  removal: Removal,
  context: RequestContext,
): Promise<Removed> {
  const { versioning } = bucket;
  if (versioning === undefined) return await removeVersion(s3, bucket, { ...removal, versionId: 'null' }, context);
  if (removal.versionId !== undefined) return await removeVersion(s3, bucket, removal, context);
  const { key, expect } = removal;
  const outcome = await s3.objects.mark(bucket.name, key, {
    versioning: versioning === 'Enabled' ? 'enabled' : 'suspended',
    expect,
    attributes: {},
  });
  if (outcome.kind === 'refused') throw writeRefused(expect ?? { kind: 'absent' }, key, outcome.current);
  const marker = outcome.version;
  if (marker) await s3.changes.markerCreated(bucket, marker, context);
  return { versionId: marker?.versionId, deleteMarker: true, found: true };
}

async function removeVersion(s3: S3, bucket: Bucket, removal: Removal, context: RequestContext): Promise<Removed> {
  const { key, versionId = 'null', expect } = removal;
  const present = await s3.objects.get(bucket.name, key, versionId);
  if (present) checkRemovable(present, removal.bypass, s3.clock.nowMs());
  const outcome = await s3.objects.remove(bucket.name, key, versionId, expect);
  if (outcome.kind === 'refused') throw writeRefused(expect ?? { kind: 'absent' }, key, outcome.current);
  const { version } = outcome;
  const isVersioned = bucket.versioning !== undefined;
  if (version || !isVersioned) await s3.changes.removed(bucket, key, version, context);
  return {
    versionId: isVersioned ? versionId : undefined,
    deleteMarker: version?.deleteMarker ?? false,
    found: version !== undefined,
  };
}
