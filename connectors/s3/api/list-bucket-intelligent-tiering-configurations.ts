import type {
  ListBucketIntelligentTieringConfigurationsOutput,
  ListBucketIntelligentTieringConfigurationsRequest,
} from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { configurationPage } from '../bucket/named-configuration.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketIntelligentTieringConfigurations.html */
export const listBucketIntelligentTieringConfigurations: Operation<
  S3,
  ListBucketIntelligentTieringConfigurationsRequest,
  ListBucketIntelligentTieringConfigurationsOutput
> = async (s3, input, context) => {
  const { intelligentTiering } = await s3.buckets.open(input, context);
  const { items, ...page } = configurationPage(intelligentTiering, input.ContinuationToken);
  return { ...page, ...(items.length > 0 ? { IntelligentTieringConfigurationList: items } : {}) };
};
