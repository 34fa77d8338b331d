import { getSetting } from '../bucket/bucket-setting.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html */
export const getBucketPolicy = getSetting('policy', (policy) => ({ Policy: policy }), {
  code: 'NoSuchBucketPolicy',
  message: 'The bucket policy does not exist',
});
