import type { ListBucketMetricsConfigurationsOutput, ListBucketMetricsConfigurationsRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { configurationPage } from '../bucket/named-configuration.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketMetricsConfigurations.html */
export const listBucketMetricsConfigurations: Operation<
  S3,
  ListBucketMetricsConfigurationsRequest,
  ListBucketMetricsConfigurationsOutput
> = async (s3, input, context) => {
  const { metrics } = await s3.buckets.open(input, context);
  const { items, ...page } = configurationPage(metrics, input.ContinuationToken);
  return { ...page, ...(items.length > 0 ? { MetricsConfigurationList: items } : {}) };
};
