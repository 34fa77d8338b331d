import type { GetBucketLoggingOutput, GetBucketLoggingRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html */
export const getBucketLogging: Operation<S3, GetBucketLoggingRequest, GetBucketLoggingOutput> = async (
  s3,
  input,
  context,
) => (await s3.buckets.open(input, context)).logging ?? {};
