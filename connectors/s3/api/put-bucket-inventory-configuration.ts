import type { PutBucketInventoryConfigurationRequest } from '@aws-sdk/client-s3';
import type { HttpOverride, Operation } from '../../../src/core/operation.ts';
import { NO_CONTENT } from '../bucket/bucket-setting.ts';
import { checkInventory } from '../bucket/inventory.ts';
import { withConfiguration } from '../bucket/named-configuration.ts';
import { malformedXml } from '../errors.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html */
export const putBucketInventoryConfiguration: Operation<
  S3,
  PutBucketInventoryConfigurationRequest,
  HttpOverride
> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const { InventoryConfiguration: configuration } = input;
  if (!configuration) throw malformedXml();
  checkInventory(input.Id, configuration);
  await s3.buckets.change(bucket.name, ({ inventory }) => ({ inventory: withConfiguration(inventory, configuration) }));
  return NO_CONTENT;
};
