import { deleteSetting } from '../bucket/bucket-setting.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketOwnershipControls.html */
export const deleteBucketOwnershipControls = deleteSetting('ownership');
