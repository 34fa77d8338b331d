import type { GetObjectRetentionOutput, GetObjectRetentionRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { factsOf } from '../object/object-facts.ts';
import { lockMissing, requireLocking } from '../object/object-lock.ts';
import { findDescribed } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
export const getObjectRetention: Operation<S3, GetObjectRetentionRequest, GetObjectRetentionOutput> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  requireLocking(bucket);
  const { lock } = factsOf(await findDescribed(s3, bucket, input, 'GET'));
  if (!lock?.mode) throw lockMissing();
  return { Retention: { Mode: lock.mode, RetainUntilDate: new Date(lock.retainUntilMs ?? 0) } };
};
