import type { PutObjectTaggingOutput, PutObjectTaggingRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { describeObject } from '../object/describe-object.ts';
import { objectTags } from '../object/tags.ts';
import { findDescribed, shownVersion } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export const putObjectTagging: Operation<S3, PutObjectTaggingRequest, PutObjectTaggingOutput> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  const tags = objectTags(input.Tagging);
  const found = await findDescribed(s3, bucket, input, 'PUT');
  const version = await describeObject(s3, found, { tags });
  await s3.changes.described('ObjectTagging:Put', bucket, version, context);
  return shownVersion(bucket, version);
};
