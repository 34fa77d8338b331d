import type { DeleteBucketAnalyticsConfigurationRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { withoutConfiguration } from '../bucket/named-configuration.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketAnalyticsConfiguration.html */
export const deleteBucketAnalyticsConfiguration: Operation<
  S3,
  DeleteBucketAnalyticsConfigurationRequest,
  object
> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  await s3.buckets.change(bucket.name, ({ analytics }) => ({ analytics: withoutConfiguration(analytics, input.Id) }));
  return {};
};
