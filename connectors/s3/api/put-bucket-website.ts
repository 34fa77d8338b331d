import type { PutBucketWebsiteRequest } from '@aws-sdk/client-s3';
import { putSetting } from '../bucket/bucket-setting.ts';
import { checkedWebsite } from '../bucket/website.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html */
export const putBucketWebsite = putSetting<PutBucketWebsiteRequest>((input) => ({
  website: checkedWebsite(input.WebsiteConfiguration),
}));
