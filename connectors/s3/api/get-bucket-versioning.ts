import type { GetBucketVersioningOutput, GetBucketVersioningRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export const getBucketVersioning: Operation<S3, GetBucketVersioningRequest, GetBucketVersioningOutput> = async (
  s3,
  input,
  context,
) => {
  const { versioning } = await s3.buckets.open(input, context);
  return versioning === undefined ? {} : { Status: versioning };
};
