import type { HeadBucketOutput, HeadBucketRequest } from '@aws-sdk/client-s3';
import { type HttpOverride, http, type Operation } from '../../../src/core/operation.ts';
import { bucketArn } from '../bucket/buckets.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const headBucket: Operation<S3, HeadBucketRequest, HeadBucketOutput & HttpOverride> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  return {
    BucketArn: bucketArn(bucket.name),
    BucketRegion: bucket.region,
    AccessPointAlias: false,
    // AWS names the type of the body that a HEAD has not.
    [http]: { headers: { 'content-type': 'application/xml' } },
  };
};
