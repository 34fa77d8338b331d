import type { AbortMultipartUploadOutput, AbortMultipartUploadRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { notImplementedHeader } from '../errors.ts';
import type { S3 } from '../service.ts';
import { findUpload } from '../upload/upload-facts.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload: Operation<S3, AbortMultipartUploadRequest, AbortMultipartUploadOutput> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  if (input.IfMatchInitiatedTime !== undefined) throw notImplementedHeader('x-amz-if-match-initiated-time');
  await s3.objects.abort(await findUpload(s3, bucket.name, input));
  return {};
};
