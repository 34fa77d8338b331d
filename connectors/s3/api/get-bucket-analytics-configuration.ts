import type { GetBucketAnalyticsConfigurationOutput, GetBucketAnalyticsConfigurationRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { configurationOf } from '../bucket/named-configuration.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAnalyticsConfiguration.html */
export const getBucketAnalyticsConfiguration: Operation<
  S3,
  GetBucketAnalyticsConfigurationRequest,
  GetBucketAnalyticsConfigurationOutput
> = async (s3, input, context) => {
  const { analytics } = await s3.buckets.open(input, context);
  return { AnalyticsConfiguration: configurationOf(analytics, input.Id) };
};
