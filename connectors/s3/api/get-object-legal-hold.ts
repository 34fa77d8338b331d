import type { GetObjectLegalHoldOutput, GetObjectLegalHoldRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { factsOf } from '../object/object-facts.ts';
import { lockMissing, requireLocking } from '../object/object-lock.ts';
import { findDescribed } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html */
export const getObjectLegalHold: Operation<S3, GetObjectLegalHoldRequest, GetObjectLegalHoldOutput> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  requireLocking(bucket);
  const { lock } = factsOf(await findDescribed(s3, bucket, input, 'GET'));
  if (!lock?.legalHold) throw lockMissing();
  return { LegalHold: { Status: lock.legalHold } };
};
