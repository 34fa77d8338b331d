import type {
  ListBucketAnalyticsConfigurationsOutput,
  ListBucketAnalyticsConfigurationsRequest,
} from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { configurationPage } from '../bucket/named-configuration.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketAnalyticsConfigurations.html */
export const listBucketAnalyticsConfigurations: Operation<
  S3,
  ListBucketAnalyticsConfigurationsRequest,
  ListBucketAnalyticsConfigurationsOutput
> = async (s3, input, context) => {
  const { analytics } = await s3.buckets.open(input, context);
  const { items, ...page } = configurationPage(analytics, input.ContinuationToken);
  return { ...page, ...(items.length > 0 ? { AnalyticsConfigurationList: items } : {}) };
};
