import type { UploadPartOutput, UploadPartRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import type { FinishBody } from '../../../src/core/ports/object-store.ts';
import { checksumMember } from '../checksum/checksum.ts';
import { announcedSize, checkedBody } from '../checksum/received-body.ts';
import { invalidRequest, noSuchUpload } from '../errors.ts';
import { checkCustomerKey, encryptionMembers, etagOf } from '../object/encryption.ts';
import { attributesOf, quoted } from '../object/object-facts.ts';
import type { Streaming } from '../object/streaming.ts';
import type { S3 } from '../service.ts';
import { algorithmOf, checkPartNumber, findUpload, partFactsOf, uploadFactsOf } from '../upload/upload-facts.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart: Operation<S3, Streaming<UploadPartRequest>, UploadPartOutput> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const number = checkPartNumber(input.PartNumber);
  const upload = await findUpload(s3, bucket.name, input);
  const facts = uploadFactsOf(upload);
  checkCustomerKey(facts.encryption, input);
  const body = checkedBody(input, context, { also: algorithmOf(facts), expectedDigest: 'base64' });
  const sent = body.isGiven ? body.algorithm : undefined;
  if (facts.checksumAlgorithm && facts.checksumAlgorithm !== sent) {
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${facts.checksumAlgorithm.toLowerCase()}, actual checksum Type: ${sent?.toLowerCase() ?? 'null'}`,
    );
  }
  const finish: FinishBody = (received) => ({
    etag: etagOf(received.md5, facts.encryption, s3.random),
    attributes: attributesOf({ checksums: body.verify(received) }),
  });
  const part = await s3.objects.putPart(upload, number, body.stream, finish, announcedSize(context));
  if (!part) throw noSuchUpload(upload.id);
  return {
    ETag: quoted(part.etag),
    ...(sent ? { [checksumMember(sent)]: partFactsOf(part).checksums[sent] } : {}),
    ...encryptionMembers(facts.encryption),
  };
};
