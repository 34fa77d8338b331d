import { getSetting } from '../bucket/bucket-setting.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html */
export const getBucketCors = getSetting('cors', (cors) => ({ CORSRules: [...cors] }), {
  code: 'NoSuchCORSConfiguration',
  message: 'The CORS configuration does not exist',
});
