import type {
  DeletedObject,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  _Error as Failure,
  ObjectIdentifier,
} from '@aws-sdk/client-s3';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Operation, RequestContext } from '../../../src/core/operation.ts';
import type { Bucket } from '../bucket/buckets.ts';
import { malformedXml, noSuchVersion, notImplementedHeader } from '../errors.ts';
import { unquoted } from '../object/object-facts.ts';
import { bypassOf } from '../object/object-lock.ts';
import { isToRemove, removeObject } from '../object/remove-object.ts';
import type { S3 } from '../service.ts';

const MAX_KEYS = 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteObjects: Operation<S3, DeleteObjectsRequest, DeleteObjectsOutput> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const objects = input.Delete?.Objects ?? [];
  if (objects.length === 0 || objects.length > MAX_KEYS || objects.some(({ Key }) => !Key)) throw malformedXml();
  const bypass = bypassOf(input, bucket, context);
  const deleted: DeletedObject[] = [];
  const failures: Failure[] = [];
  for (const object of objects) {
    try {
      deleted.push(await deleteOne(s3, bucket, object, bypass, context));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { Key, VersionId } = object;
      failures.push({
        Key,
        ...(VersionId === undefined ? {} : { VersionId }),
        Code: error.code,
        Message: error.message,
      });
    }
  }
  return {
    ...(deleted.length > 0 && !input.Delete?.Quiet ? { Deleted: deleted } : {}),
    ...(failures.length > 0 ? { Errors: failures } : {}),
  };
};

async function deleteOne(
  s3: S3,
  bucket: Bucket,
  { Key = '', VersionId, ETag, LastModifiedTime, Size }: ObjectIdentifier,
  bypass: boolean,
  context: RequestContext,
): Promise<DeletedObject> {
  if (LastModifiedTime !== undefined) throw notImplementedHeader('LastModifiedTime');
  if (Size !== undefined) throw notImplementedHeader('Size');
  const hasVersions = bucket.versioning !== undefined || VersionId === undefined || VersionId === 'null';
  if (!hasVersions || (VersionId && !(await isToRemove(s3, bucket, Key, VersionId)))) {
    throw noSuchVersion(Key, VersionId ?? '');
  }
  const expect = ETag === undefined ? undefined : { kind: 'etag' as const, etag: unquoted(ETag) };
  const removed = await removeObject(s3, bucket, { key: Key, versionId: VersionId, expect, bypass }, context);
  const versionId = removed.versionId === undefined ? {} : { DeleteMarkerVersionId: removed.versionId };
  return {
    Key,
    ...(VersionId === undefined ? {} : { VersionId }),
    ...(removed.deleteMarker ? { DeleteMarker: true, ...versionId } : {}),
  };
}
