import type { HeadObjectOutput, HeadObjectRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { readObject } from '../object/read-object.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const headObject: Operation<S3, HeadObjectRequest, HeadObjectOutput> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  return (await readObject(s3, bucket, input, 'HEAD')).answer;
};
