import type { PutBucketTaggingRequest } from '@aws-sdk/client-s3';
import { NO_CONTENT, putSetting } from '../bucket/bucket-setting.ts';
import { bucketTags } from '../object/tags.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html */
export const putBucketTagging = putSetting<PutBucketTaggingRequest>((input) => {
  const tags = bucketTags(input.Tagging);
  return { tags: tags.length > 0 ? tags : undefined };
}, NO_CONTENT);
