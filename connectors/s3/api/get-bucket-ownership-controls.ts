import { getSetting } from '../bucket/bucket-setting.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html */
export const getBucketOwnershipControls = getSetting(
  'ownership',
  (ownership) => ({ OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } }),
  { code: 'OwnershipControlsNotFoundError', message: 'The bucket ownership controls were not found' },
);
