import type { PutObjectAclOutput, PutObjectAclRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { privateAcl, requiredAcl } from '../object/acl.ts';
import { describeObject } from '../object/describe-object.ts';
import { noAcls } from '../object/new-object.ts';
import { factsOf } from '../object/object-facts.ts';
import { findDescribed } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html */
export const putObjectAcl: Operation<S3, PutObjectAclRequest, PutObjectAclOutput> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const found = await findDescribed(s3, bucket, input, 'PUT');
  const acl = requiredAcl(input, bucket.account);
  if (bucket.ownership === 'BucketOwnerEnforced' && input.ACL !== 'bucket-owner-full-control') throw noAcls();
  const before = factsOf(found).acl ?? privateAcl(bucket.account);
  const version = await describeObject(s3, found, { acl });
  // An ACL that stays as it was is no event (docs: notification-how-to-event-types-and-destinations.html).
  if (JSON.stringify(before) !== JSON.stringify(acl)) {
    await s3.changes.described('ObjectAcl:Put', bucket, version, context);
  }
  return {};
};
