import type { GetBucketAclOutput, GetBucketAclRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { ownerOf } from '../bucket/owner.ts';
import { privateAcl } from '../object/acl.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html */
export const getBucketAcl: Operation<S3, GetBucketAclRequest, GetBucketAclOutput> = async (s3, input, context) => {
  const { account, acl } = await s3.buckets.open(input, context);
  return { Owner: ownerOf(account), Grants: [...(acl ?? privateAcl(account))] };
};
