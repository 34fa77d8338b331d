import type { CompleteMultipartUploadOutput, CompleteMultipartUploadRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import type { Expectation, Upload } from '../../../src/core/ports/object-store.ts';
import { invalidRequest, noSuchUpload, refusal } from '../errors.ts';
import { encodeKey } from '../listing/key-encoding.ts';
import { checkCustomerKey, encryptionMembers, hasDigestEtag } from '../object/encryption.ts';
import { checksumAnswer } from '../object/new-object.ts';
import { attributesOf, quoted } from '../object/object-facts.ts';
import { checkExpectation, writeExpectation, writeRefused } from '../object/precondition.ts';
import { shownVersion, versioningOf } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';
import { completedChecksum, completedParts, multipartEtag } from '../upload/complete-upload.ts';
import { findUpload, uploadFactsOf } from '../upload/upload-facts.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeMultipartUpload: Operation<
  S3,
  CompleteMultipartUploadRequest,
  CompleteMultipartUploadOutput
> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const upload = await findUpload(s3, bucket.name, input);
  const facts = uploadFactsOf(upload);
  if (input.SSECustomerKey !== undefined) checkCustomerKey(facts.encryption, input);
  const expect = writeExpectation(input);
  const parts = completedParts(upload, facts, await s3.objects.parts(upload), input);
  const { checksum, partChecksums } = completedChecksum(facts, parts, input);
  checkTotal(input.MpuObjectSize, parts);
  if (expect) {
    checkExpectation(expect, upload.key, await s3.objects.get(bucket.name, upload.key));
    checkNotOvertaken(expect, await findUpload(s3, bucket.name, input));
  }
  const { checksumAlgorithm: _algorithm, checksumType: _type, initiator: _initiator, ...object } = facts;
  const outcome = await s3.objects.complete(upload, parts, {
    versioning: versioningOf(bucket),
    expect,
    etag: multipartEtag(parts),
    attributes: attributesOf({ ...object, checksum, partChecksums }),
  });
  if (outcome.kind === 'gone') throw noSuchUpload(upload.id);
  if (outcome.kind === 'refused') throw writeRefused(expect ?? { kind: 'absent' }, upload.key, outcome.current);
  const { version } = outcome;
  await s3.changes.created('ObjectCreated:CompleteMultipartUpload', bucket, version, context);
  const shown = checksum.type === 'COMPOSITE' ? `${checksum.value}-${parts.length}` : checksum.value;
  return {
    Location: `${context.origin}/${bucket.name}/${encodeKey(version.key)}`,
    Bucket: bucket.name,
    Key: version.key,
    ETag: quoted(version.etag),
    ...(hasDigestEtag(facts.encryption) ? checksumAnswer(checksum.algorithm, shown, checksum.type) : {}),
    ...encryptionMembers(facts.encryption),
    ...shownVersion(bucket, version),
  };
};

function checkTotal(announced: number | undefined, parts: readonly { readonly size: number }[]): void {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (announced === undefined || Number(announced) === size) return;
  throw invalidRequest(
    `The provided 'x-amz-mp-object-size' header value ${announced} does not match what was computed: ${size}`,
  );
}

/** A condition that holds now may have failed in between: the client has to look again (docs: conditional-writes.html). */
function checkNotOvertaken(expect: Expectation, upload: Upload): void {
  if (!upload.overtaken) return;
  throw refusal(
    409,
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    { Condition: expect.kind === 'absent' ? 'If-None-Match' : 'If-Match', Key: upload.key },
  );
}
