import type { GetObjectOutput, GetObjectRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { readObject } from '../object/read-object.ts';
import type { Streaming } from '../object/streaming.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: Operation<S3, GetObjectRequest, Streaming<GetObjectOutput>> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  for (;;) {
    const { version, range, answer } = await readObject(s3, bucket, input, 'GET');
    const Body = await s3.objects.read(version, range);
    // Replaced since it was looked up: what is there now is the answer.
    if (Body) return { ...answer, Body };
  }
};
