import type {
  GetBucketEncryptionOutput,
  GetBucketEncryptionRequest,
  ServerSideEncryptionConfiguration,
} from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import type { S3 } from '../service.ts';

/** Every bucket encrypts with S3's own keys unless told otherwise (docs: default-bucket-encryption.html). */
const STANDARD: ServerSideEncryptionConfiguration = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html */
export const getBucketEncryption: Operation<S3, GetBucketEncryptionRequest, GetBucketEncryptionOutput> = async (
  s3,
  input,
  context,
) => ({ ServerSideEncryptionConfiguration: (await s3.buckets.open(input, context)).encryption ?? STANDARD });
