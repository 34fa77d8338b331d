import type { GetBucketInventoryConfigurationOutput, GetBucketInventoryConfigurationRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { configurationOf } from '../bucket/named-configuration.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketInventoryConfiguration.html */
export const getBucketInventoryConfiguration: Operation<
  S3,
  GetBucketInventoryConfigurationRequest,
  GetBucketInventoryConfigurationOutput
> = async (s3, input, context) => {
  const { inventory } = await s3.buckets.open(input, context);
  return { InventoryConfiguration: configurationOf(inventory, input.Id) };
};
