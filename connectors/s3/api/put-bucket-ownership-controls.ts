import type { PutBucketOwnershipControlsRequest } from '@aws-sdk/client-s3';
import { putSetting } from '../bucket/bucket-setting.ts';
import { malformedXml } from '../errors.ts';

const OWNERSHIPS = new Set<string>(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html */
export const putBucketOwnershipControls = putSetting<PutBucketOwnershipControlsRequest>((input) => {
  const [rule, ...more] = input.OwnershipControls?.Rules ?? [];
  const ownership = rule?.ObjectOwnership;
  if (more.length > 0 || !ownership || !OWNERSHIPS.has(ownership)) throw malformedXml();
  return { ownership };
});
