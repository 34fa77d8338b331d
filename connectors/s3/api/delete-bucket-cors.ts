import { deleteSetting } from '../bucket/bucket-setting.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html */
export const deleteBucketCors = deleteSetting('cors');
