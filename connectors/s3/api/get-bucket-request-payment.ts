import type { GetBucketRequestPaymentOutput, GetBucketRequestPaymentRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html */
export const getBucketRequestPayment: Operation<
  S3,
  GetBucketRequestPaymentRequest,
  GetBucketRequestPaymentOutput
> = async (s3, input, context) => ({
  Payer: (await s3.buckets.open(input, context)).requestPayer ?? 'BucketOwner',
});
