import type { PutObjectLegalHoldOutput, PutObjectLegalHoldRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { malformedXml } from '../errors.ts';
import { describeObject } from '../object/describe-object.ts';
import { factsOf } from '../object/object-facts.ts';
import { requireLocking } from '../object/object-lock.ts';
import { findDescribed } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html */
export const putObjectLegalHold: Operation<S3, PutObjectLegalHoldRequest, PutObjectLegalHoldOutput> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  const legalHold = input.LegalHold?.Status;
  if (legalHold !== 'ON' && legalHold !== 'OFF') throw malformedXml();
  requireLocking(bucket);
  const version = await findDescribed(s3, bucket, input, 'PUT');
  await describeObject(s3, version, { lock: { ...factsOf(version).lock, legalHold } });
  return {};
};
