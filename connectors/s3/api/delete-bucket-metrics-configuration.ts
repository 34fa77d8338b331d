import type { DeleteBucketMetricsConfigurationRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { withoutConfiguration } from '../bucket/named-configuration.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketMetricsConfiguration.html */
export const deleteBucketMetricsConfiguration: Operation<S3, DeleteBucketMetricsConfigurationRequest, object> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  await s3.buckets.change(bucket.name, ({ metrics }) => ({ metrics: withoutConfiguration(metrics, input.Id) }));
  return {};
};
