import type { GetObjectTaggingOutput, GetObjectTaggingRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { factsOf } from '../object/object-facts.ts';
import { findDescribed, shownVersion } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export const getObjectTagging: Operation<S3, GetObjectTaggingRequest, GetObjectTaggingOutput> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  const version = await findDescribed(s3, bucket, input, 'GET');
  return { TagSet: [...factsOf(version).tags], ...shownVersion(bucket, version) };
};
