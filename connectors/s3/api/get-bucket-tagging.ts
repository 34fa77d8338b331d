import { getSetting } from '../bucket/bucket-setting.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html */
export const getBucketTagging = getSetting('tags', (tags) => ({ TagSet: [...tags] }), {
  code: 'NoSuchTagSet',
  message: 'The TagSet does not exist',
});
