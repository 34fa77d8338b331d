import type { GetBucketPolicyStatusOutput, GetBucketPolicyStatusRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { isPublicPolicy } from '../bucket/policy.ts';
import { refusal } from '../errors.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html */
export const getBucketPolicyStatus: Operation<S3, GetBucketPolicyStatusRequest, GetBucketPolicyStatusOutput> = async (
  s3,
  input,
  context,
) => {
  const { name, policy } = await s3.buckets.open(input, context);
  if (policy === undefined) {
    throw refusal(404, 'NoSuchBucketPolicy', 'The bucket policy does not exist', { BucketName: name });
  }
  return { PolicyStatus: { IsPublic: isPublicPolicy(policy) } };
};
