import type { ListMultipartUploadsOutput, ListMultipartUploadsRequest, MultipartUpload } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import type { Upload } from '../../../src/core/ports/object-store.ts';
import { ownerOf } from '../bucket/owner.ts';
import { keyWriter } from '../listing/key-encoding.ts';
import { listed, pageSize } from '../listing/page.ts';
import { lastModified } from '../object/object-facts.ts';
import type { S3 } from '../service.ts';
import { initiatorOf } from '../upload/initiator.ts';
import { uploadFactsOf } from '../upload/upload-facts.ts';
import { uploadPage } from '../upload/upload-page.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const listMultipartUploads: Operation<S3, ListMultipartUploadsRequest, ListMultipartUploadsOutput> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  const { Prefix, Delimiter, KeyMarker = '', UploadIdMarker = '' } = input;
  const MaxUploads = pageSize(input.MaxUploads, 'max-uploads', 'max-uploads');
  const write = keyWriter(input);
  const page = uploadPage(await s3.objects.uploads(bucket.name), {
    prefix: Prefix ?? '',
    delimiter: Delimiter || undefined,
    keyMarker: KeyMarker,
    uploadIdMarker: KeyMarker === '' ? '' : UploadIdMarker,
    limit: MaxUploads,
  });
  return {
    Bucket: bucket.name,
    KeyMarker: write(KeyMarker),
    UploadIdMarker,
    NextKeyMarker: write(page.nextKey),
    NextUploadIdMarker: page.nextUploadId,
    ...(Prefix === undefined ? {} : { Prefix: write(Prefix) }),
    ...(Delimiter ? { Delimiter: write(Delimiter) } : {}),
    ...(input.EncodingType ? { EncodingType: input.EncodingType } : {}),
    MaxUploads,
    IsTruncated: page.truncated,
    ...listed(
      'Uploads',
      page.uploads.map((upload) => listedUpload(upload, write, bucket.account)),
    ),
    ...listed(
      'CommonPrefixes',
      page.prefixes.map((prefix) => ({ Prefix: write(prefix) })),
    ),
  };
};

function listedUpload(upload: Upload, write: (key: string) => string, account: string): MultipartUpload {
  const { checksumAlgorithm, checksumType, initiator, storageClass } = uploadFactsOf(upload);
  return {
    Key: write(upload.key),
    UploadId: upload.id,
    Initiated: lastModified({ modifiedAtMs: upload.startedAtMs }),
    Initiator: initiatorOf(initiator, account),
    Owner: ownerOf(account),
    StorageClass: storageClass,
    ...(checksumAlgorithm ? { ChecksumAlgorithm: checksumAlgorithm, ChecksumType: checksumType } : {}),
  };
}
