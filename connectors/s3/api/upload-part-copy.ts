import type { UploadPartCopyOutput, UploadPartCopyRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import type { FinishBody } from '../../../src/core/ports/object-store.ts';
import { checksumMember } from '../checksum/checksum.ts';
import { digested } from '../checksum/received-body.ts';
import { noSuchKey, noSuchUpload } from '../errors.ts';
import { copiedRange } from '../object/byte-range.ts';
import { copiedVersion, openCopySource } from '../object/copy-source.ts';
import { checkCustomerKey, encryptionMembers, etagOf } from '../object/encryption.ts';
import { attributesOf, lastModified, quoted } from '../object/object-facts.ts';
import type { S3 } from '../service.ts';
import { algorithmOf, checkPartNumber, findUpload, partFactsOf, uploadFactsOf } from '../upload/upload-facts.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export const uploadPartCopy: Operation<S3, UploadPartCopyRequest, UploadPartCopyOutput> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  const number = checkPartNumber(input.PartNumber);
  const upload = await findUpload(s3, bucket.name, input);
  const facts = uploadFactsOf(upload);
  checkCustomerKey(facts.encryption, input);
  const source = await openCopySource(s3, input, context);
  const range = copiedRange(input.CopySourceRange, source.version.size);
  const read = await s3.objects.read(source.version, range);
  if (!read) throw noSuchKey(source.version.key);
  const algorithm = algorithmOf(facts);
  const body = digested(read, [algorithm]);
  const finish: FinishBody = ({ md5 }) => ({
    etag: etagOf(md5, facts.encryption, s3.random),
    attributes: attributesOf({ checksums: body.checksums() }),
  });
  const size = range ? range.last - range.first + 1 : source.version.size;
  const part = await s3.objects.putPart(upload, number, body.stream, finish, size);
  if (!part) throw noSuchUpload(upload.id);
  return {
    CopyPartResult: {
      ETag: quoted(part.etag),
      LastModified: lastModified(part),
      ...(facts.checksumAlgorithm ? { [checksumMember(algorithm)]: partFactsOf(part).checksums[algorithm] } : {}),
    },
    ...copiedVersion(source.version),
    ...encryptionMembers(facts.encryption),
  };
};
