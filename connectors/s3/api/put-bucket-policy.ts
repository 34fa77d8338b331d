import type { PutBucketPolicyRequest } from '@aws-sdk/client-s3';
import { NO_CONTENT, putSetting } from '../bucket/bucket-setting.ts';
import { checkPolicy } from '../bucket/policy.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export const putBucketPolicy = putSetting<PutBucketPolicyRequest>((input) => {
  checkPolicy(input.Policy ?? '');
  return { policy: input.Policy };
}, NO_CONTENT);
