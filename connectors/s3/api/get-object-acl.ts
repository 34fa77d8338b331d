import type { GetObjectAclOutput, GetObjectAclRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { ownerOf } from '../bucket/owner.ts';
import { privateAcl } from '../object/acl.ts';
import { factsOf } from '../object/object-facts.ts';
import { findObject } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html */
export const getObjectAcl: Operation<S3, GetObjectAclRequest, GetObjectAclOutput> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const version = await findObject(s3, bucket, input, 'GET');
  return { Owner: ownerOf(bucket.account), Grants: [...(factsOf(version).acl ?? privateAcl(bucket.account))] };
};
