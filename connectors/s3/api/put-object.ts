import type { PutObjectOutput, PutObjectRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { notImplementedHeader } from '../errors.ts';
import { storeObject, writtenMembers } from '../object/new-object.ts';
import type { Streaming } from '../object/streaming.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: Operation<S3, Streaming<PutObjectRequest>, PutObjectOutput> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  if (input.WriteOffsetBytes !== undefined) throw notImplementedHeader('x-amz-write-offset-bytes');
  const { version } = await storeObject(s3, bucket, input, context, 'ObjectCreated:Put');
  return writtenMembers(bucket, version);
};
