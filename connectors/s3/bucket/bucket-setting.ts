import { type HttpOverride, http, type Operation } from '../../../src/core/operation.ts';
import { refusal } from '../errors.ts';
import type { S3 } from '../service.ts';
import type { Bucket, BucketSettings, BucketTarget } from './buckets.ts';

/** Reads a setting; where there is none the bucket's name goes with AWS's refusal. */
export function getSetting<Name extends keyof BucketSettings, Output>(
  name: Name,
  answer: (setting: NonNullable<Bucket[Name]>, bucket: Bucket) => Output,
  missing: { readonly code: string; readonly message: string },
): Operation<S3, BucketTarget, Output> {
  return async (s3, input, context) => {
    const bucket = await s3.buckets.open(input, context);
    const setting = bucket[name];
    if (setting === undefined) throw refusal(404, missing.code, missing.message, { BucketName: bucket.name });
    return answer(setting as NonNullable<Bucket[Name]>, bucket);
  };
}

/** What some writes answer where the model says 200 (recorded). */
export const NO_CONTENT: HttpOverride = { [http]: { status: 204 } };

/** Stores a setting once it has been checked. */
export function putSetting<Input extends BucketTarget>(
  check: (input: Input, bucket: Bucket, s3: S3) => BucketSettings | Promise<BucketSettings>,
  answer: HttpOverride = {},
): Operation<S3, Input, HttpOverride> {
  return async (s3, input, context) => {
    const bucket = await s3.buckets.open(input, context);
    const settings = await check(input, bucket, s3);
    await s3.buckets.change(bucket.name, () => settings);
    return answer;
  };
}

/** Removes a setting; removing what is not there does nothing. */
export function deleteSetting(name: keyof BucketSettings): Operation<S3, BucketTarget, object> {
  return async (s3, input, context) => {
    const bucket = await s3.buckets.open(input, context);
    await s3.buckets.change(bucket.name, () => ({ [name]: undefined }));
    return {};
  };
}
