import type { CreateMultipartUploadOutput, CreateMultipartUploadRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { encryptionMembers } from '../object/encryption.ts';
import { newObjectFacts } from '../object/new-object.ts';
import { attributesOf } from '../object/object-facts.ts';
import { shownHeaders } from '../object/shown-headers.ts';
import type { S3 } from '../service.ts';
import { type UploadFacts, uploadChecksum } from '../upload/upload-facts.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload: Operation<S3, CreateMultipartUploadRequest, CreateMultipartUploadOutput> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  const { Key = '' } = input;
  const facts: UploadFacts = {
    ...newObjectFacts(s3, bucket, input, context),
    ...uploadChecksum(input.ChecksumAlgorithm, input.ChecksumType),
    initiator: context.caller.arn,
  };
  const upload = await s3.objects.beginUpload(bucket.name, Key, attributesOf(facts), shownHeaders(facts.headers));
  return {
    Bucket: bucket.name,
    Key,
    UploadId: upload.id,
    ...(facts.checksumAlgorithm
      ? { ChecksumAlgorithm: facts.checksumAlgorithm, ChecksumType: facts.checksumType }
      : {}),
    ...encryptionMembers(facts.encryption),
  };
};
