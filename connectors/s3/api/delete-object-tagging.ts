import type { DeleteObjectTaggingOutput, DeleteObjectTaggingRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { describeObject } from '../object/describe-object.ts';
import { findDescribed, shownVersion } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export const deleteObjectTagging: Operation<S3, DeleteObjectTaggingRequest, DeleteObjectTaggingOutput> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  const found = await findDescribed(s3, bucket, input, 'DELETE');
  const version = await describeObject(s3, found, { tags: [] });
  await s3.changes.described('ObjectTagging:Delete', bucket, version, context);
  return shownVersion(bucket, version);
};
