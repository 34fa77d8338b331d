import type { DeleteBucketRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { refusal } from '../errors.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
export const deleteBucket: Operation<S3, DeleteBucketRequest, object> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  if (!(await s3.objects.isEmpty(bucket.name))) {
    const message =
      bucket.versioning === undefined
        ? 'The bucket you tried to delete is not empty'
        : 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.';
    throw refusal(409, 'BucketNotEmpty', message, { BucketName: bucket.name });
  }
  await s3.buckets.remove(bucket.name);
  await s3.untold.drop(bucket.name);
  await s3.objects.drop(bucket.name);
  return {};
};
