import type { GetBucketMetricsConfigurationOutput, GetBucketMetricsConfigurationRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { configurationOf } from '../bucket/named-configuration.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketMetricsConfiguration.html */
export const getBucketMetricsConfiguration: Operation<
  S3,
  GetBucketMetricsConfigurationRequest,
  GetBucketMetricsConfigurationOutput
> = async (s3, input, context) => {
  const { metrics } = await s3.buckets.open(input, context);
  return { MetricsConfiguration: configurationOf(metrics, input.Id) };
};
