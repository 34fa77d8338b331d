import type { PutBucketCorsRequest } from '@aws-sdk/client-s3';
import { checkedCorsRules } from '../browser/cors-rules.ts';
import { putSetting } from '../bucket/bucket-setting.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html */
export const putBucketCors = putSetting<PutBucketCorsRequest>((input) => ({
  cors: checkedCorsRules(input.CORSConfiguration),
}));
