import type {
  GetBucketAccelerateConfigurationOutput,
  GetBucketAccelerateConfigurationRequest,
} from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAccelerateConfiguration.html */
export const getBucketAccelerateConfiguration: Operation<
  S3,
  GetBucketAccelerateConfigurationRequest,
  GetBucketAccelerateConfigurationOutput
> = async (s3, input, context) => (await s3.buckets.open(input, context)).accelerate ?? {};
