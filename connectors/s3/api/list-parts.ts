import type { ListPartsOutput, ListPartsRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { ownerOf } from '../bucket/owner.ts';
import { checksumMember } from '../checksum/checksum.ts';
import { listed, pageSize } from '../listing/page.ts';
import { lastModified, quoted } from '../object/object-facts.ts';
import type { S3 } from '../service.ts';
import { initiatorOf } from '../upload/initiator.ts';
import { findUpload, partFactsOf, uploadFactsOf } from '../upload/upload-facts.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts: Operation<S3, ListPartsRequest, ListPartsOutput> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const upload = await findUpload(s3, bucket.name, input);
  const { checksumAlgorithm, checksumType, ...facts } = uploadFactsOf(upload);
  const MaxParts = pageSize(input.MaxParts, 'max-parts', 'max-parts');
  const marker = Number(input.PartNumberMarker || 0);
  const rest = (await s3.objects.parts(upload)).filter(({ number }) => number > marker);
  const page = rest.slice(0, MaxParts);
  return {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    Initiator: initiatorOf(facts.initiator, bucket.account),
    Owner: ownerOf(bucket.account),
    StorageClass: facts.storageClass,
    ...(checksumAlgorithm ? { ChecksumAlgorithm: checksumAlgorithm, ChecksumType: checksumType } : {}),
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts,
    IsTruncated: rest.length > page.length,
    ...listed(
      'Parts',
      page.map((part) => ({
        PartNumber: part.number,
        LastModified: lastModified(part),
        ETag: quoted(part.etag),
        Size: part.size,
        ...(checksumAlgorithm
          ? { [checksumMember(checksumAlgorithm)]: partFactsOf(part).checksums[checksumAlgorithm] }
          : {}),
      })),
    ),
  };
};
