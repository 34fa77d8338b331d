import type { CompleteMultipartUploadOutput, CompleteMultipartUploadRequest } from '@aws-sdk/client-s3';
import type { Operation, RequestContext } from '../../../src/core/operation.ts';
import type { Expectation, ObjectVersion, Upload } from '../../../src/core/ports/object-store.ts';
import type { Bucket } from '../bucket/buckets.ts';
import type { StoredChecksum } from '../checksum/checksum.ts';
import { invalidRequest, noSuchUpload, refusal } from '../errors.ts';
import { encodeKey } from '../listing/key-encoding.ts';
import { checkCustomerKey, encryptionMembers, hasDigestEtag } from '../object/encryption.ts';
import { checksumAnswer } from '../object/new-object.ts';
import { attributesOf, factsOf, quoted } from '../object/object-facts.ts';
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
  const upload = await s3.objects.upload(bucket.name, input.Key ?? '', input.UploadId ?? '');
  const version = upload ? await complete(s3, bucket, upload, input, context) : await madeBefore(s3, bucket, input);
  if (!version) throw noSuchUpload(input.UploadId ?? '');
  const { checksum, encryption } = factsOf(version);
  return {
    Location: `${context.origin}/${bucket.name}/${encodeKey(version.key)}`,
    Bucket: bucket.name,
    Key: version.key,
    ETag: quoted(version.etag),
    ...(checksum && hasDigestEtag(encryption) ? shownChecksum(checksum, version) : {}),
    ...encryptionMembers(encryption),
    ...shownVersion(bucket, version),
  };
};

/** The object made of the parts; `undefined` when another request has just ended the upload. */
async function complete(
  s3: S3,
  bucket: Bucket,
  upload: Upload,
  input: CompleteMultipartUploadRequest,
  context: RequestContext,
): Promise<ObjectVersion | undefined> {
  const facts = uploadFactsOf(upload);
  if (input.SSECustomerKey !== undefined) checkCustomerKey(facts.encryption, input);
  const expect = writeExpectation(input);
  const stored = await s3.objects.parts(upload);
  const hasEnded = stored.length === 0 && !(await s3.objects.upload(bucket.name, upload.key, upload.id));
  if (hasEnded) return await madeBefore(s3, bucket, input);
  const parts = completedParts(upload, facts, stored, input);
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
    attributes: attributesOf({ ...object, checksum, partChecksums, uploadId: upload.id }),
  });
  if (outcome.kind === 'gone') return madeBefore(s3, bucket, input);
  if (outcome.kind === 'refused') throw writeRefused(expect ?? { kind: 'absent' }, upload.key, outcome.current);
  await s3.changes.created('ObjectCreated:CompleteMultipartUpload', bucket, outcome.version, context);
  return outcome.version;
}

/**
 * Completing again succeeds as long as the object is there, and changes nothing, so that a client that never got the first
 * answer can ask once more. AWS does so without saying it; a user's transcript is in github.com/adobe/S3Mock/issues/2586.
 */
async function madeBefore(
  s3: S3,
  bucket: Bucket,
  { Key = '', UploadId }: CompleteMultipartUploadRequest,
): Promise<ObjectVersion | undefined> {
  const newest = await s3.objects.get(bucket.name, Key);
  return newest && !newest.deleteMarker && factsOf(newest).uploadId === UploadId ? newest : undefined;
}

function shownChecksum({ algorithm, value, type }: StoredChecksum, { partSizes }: ObjectVersion) {
  return checksumAnswer(algorithm, type === 'COMPOSITE' ? `${value}-${partSizes?.length ?? 1}` : value, type);
}

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
