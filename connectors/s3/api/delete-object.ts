import type { DeleteObjectOutput, DeleteObjectRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { notImplementedHeader, preconditionFailed } from '../errors.ts';
import { unquoted } from '../object/object-facts.ts';
import { bypassOf } from '../object/object-lock.ts';
import { removeObject } from '../object/remove-object.ts';
import { invalidVersionId, isVersionId } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: Operation<S3, DeleteObjectRequest, DeleteObjectOutput> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const { Key = '', VersionId, IfMatch } = input;
  if (input.IfMatchLastModifiedTime !== undefined) throw notImplementedHeader('x-amz-if-match-last-modified-time');
  if (input.IfMatchSize !== undefined) throw notImplementedHeader('x-amz-if-match-size');
  const bypass = bypassOf(input, bucket, context);
  if (VersionId !== undefined) {
    const hasVersions = bucket.versioning !== undefined || VersionId === 'null';
    if (!hasVersions || !isVersionId(VersionId)) throw invalidVersionId(VersionId);
  }
  const expect =
    IfMatch === undefined || IfMatch === '*' ? undefined : { kind: 'etag' as const, etag: unquoted(IfMatch) };
  const current = await s3.objects.get(bucket.name, Key);
  if (IfMatch === '*' && (!current || current.deleteMarker)) throw preconditionFailed('If-Match');
  const removed = await removeObject(s3, bucket, { key: Key, versionId: VersionId, expect, bypass }, context);
  return {
    ...(removed.deleteMarker ? { DeleteMarker: true } : {}),
    ...(removed.versionId === undefined ? {} : { VersionId: removed.versionId }),
  };
};
