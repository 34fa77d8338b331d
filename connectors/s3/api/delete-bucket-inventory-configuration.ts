import type { DeleteBucketInventoryConfigurationRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { withoutConfiguration } from '../bucket/named-configuration.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketInventoryConfiguration.html */
export const deleteBucketInventoryConfiguration: Operation<
  S3,
  DeleteBucketInventoryConfigurationRequest,
  object
> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  await s3.buckets.change(bucket.name, ({ inventory }) => ({ inventory: withoutConfiguration(inventory, input.Id) }));
  return {};
};
