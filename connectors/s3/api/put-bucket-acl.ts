import type { PutBucketAclRequest } from '@aws-sdk/client-s3';
import { putSetting } from '../bucket/bucket-setting.ts';
import { requiredAcl } from '../object/acl.ts';
import { noAcls } from '../object/new-object.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html */
export const putBucketAcl = putSetting<PutBucketAclRequest>((input, { account, ownership }) => {
  const acl = requiredAcl(input, account);
  if (ownership === 'BucketOwnerEnforced' && input.ACL !== 'private') throw noAcls();
  return { acl };
});
