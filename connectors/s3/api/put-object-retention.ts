import type { PutObjectRetentionOutput, PutObjectRetentionRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { describeObject } from '../object/describe-object.ts';
import { factsOf } from '../object/object-facts.ts';
import { bypassOf, changedRetention, requireLocking } from '../object/object-lock.ts';
import { findDescribed } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html */
export const putObjectRetention: Operation<S3, PutObjectRetentionRequest, PutObjectRetentionOutput> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  requireLocking(bucket);
  const version = await findDescribed(s3, bucket, input, 'PUT');
  const bypass = bypassOf(input, bucket, context);
  const lock = changedRetention(factsOf(version).lock, input.Retention, { bypass, nowMs: s3.clock.nowMs() });
  await describeObject(s3, version, { lock });
  return {};
};
