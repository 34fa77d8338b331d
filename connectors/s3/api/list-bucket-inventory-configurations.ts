import type {
  ListBucketInventoryConfigurationsOutput,
  ListBucketInventoryConfigurationsRequest,
} from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { configurationPage } from '../bucket/named-configuration.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketInventoryConfigurations.html */
export const listBucketInventoryConfigurations: Operation<
  S3,
  ListBucketInventoryConfigurationsRequest,
  ListBucketInventoryConfigurationsOutput
> = async (s3, input, context) => {
  const { inventory } = await s3.buckets.open(input, context);
  const { items, ...page } = configurationPage(inventory, input.ContinuationToken);
  return { ...page, ...(items.length > 0 ? { InventoryConfigurationList: items } : {}) };
};
