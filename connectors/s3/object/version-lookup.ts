import type { ServiceError } from '../../../src/core/errors.ts';
import type { ObjectVersion, Versioning } from '../../../src/core/ports/object-store.ts';
import type { Bucket } from '../bucket/buckets.ts';
import { deleteMarkerNotAllowed, invalidArgument, noSuchKey, noSuchVersion } from '../errors.ts';
import type { S3 } from '../service.ts';
import { lastModified } from './object-facts.ts';

/** How requests name an object. */
export interface ObjectTarget {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

/** The refusal of what cannot be a version id. */
export const invalidVersionId = (ArgumentValue: string): ServiceError =>
  invalidArgument('Invalid version id specified', { ArgumentName: 'versionId', ArgumentValue });

/** Whether an id could be one of ours, so that there is no such version rather than no such id. */
export const isVersionId = (id: string): boolean => id === 'null' || /^[A-Za-z0-9._-]{32}$/.test(id);

/** The object that a read names. A delete marker is reported by headers, as AWS does (docs: DeleteMarker.html). */
export async function findObject(s3: S3, bucket: Bucket, target: ObjectTarget, method: string): Promise<ObjectVersion> {
  const { Key = '', VersionId } = target;
  const version = await lookUp(s3, bucket, target, method === 'GET');
  if (!version.deleteMarker) return version;
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId };
  if (VersionId !== undefined) {
    throw deleteMarkerNotAllowed(method, {
      ...headers,
      allow: 'DELETE',
      'last-modified': lastModified(version).toUTCString(),
    });
  }
  const missing = noSuchKey(Key);
  throw Object.assign(missing, { options: { ...missing.options, headers } });
}

/** The object whose tags, ACL or lock are meant; a delete marker has none, by whichever way it is named. */
export async function findDescribed(
  s3: S3,
  bucket: Bucket,
  target: ObjectTarget,
  method: string,
): Promise<ObjectVersion> {
  const version = await lookUp(s3, bucket, target);
  if (version.deleteMarker) throw deleteMarkerNotAllowed(method);
  return version;
}

async function lookUp(
  s3: S3,
  bucket: Bucket,
  { Key = '', VersionId }: ObjectTarget,
  willRead = false,
): Promise<ObjectVersion> {
  if (VersionId !== undefined && !isVersionId(VersionId)) throw invalidVersionId(VersionId);
  const version = await s3.objects.get(bucket.name, Key, VersionId, willRead);
  if (version) return version;
  throw VersionId === undefined ? noSuchKey(Key) : noSuchVersion(Key, VersionId);
}

/** The version member of answers: there is none in a bucket that never had versioning. */
export const shownVersion = (bucket: Bucket, { versionId }: ObjectVersion): { VersionId?: string } =>
  bucket.versioning === undefined ? {} : { VersionId: versionId };

/** How the store is to treat a write. */
export function versioningOf({ versioning }: Bucket): Versioning {
  return versioning === undefined ? 'off' : versioning === 'Enabled' ? 'enabled' : 'suspended';
}
