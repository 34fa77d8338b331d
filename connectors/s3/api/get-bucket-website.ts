import { getSetting } from '../bucket/bucket-setting.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketWebsite.html */
export const getBucketWebsite = getSetting('website', (website) => website, {
  code: 'NoSuchWebsiteConfiguration',
  message: 'The specified bucket does not have a website configuration',
});
