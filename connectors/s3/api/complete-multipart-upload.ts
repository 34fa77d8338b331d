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
  const version = await s3.untold.inTurn(input.UploadId ?? '', () => completed(s3, bucket, input, context));
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

/** The object of the upload, made by this request or an earlier one, once all was told of it; `undefined` when there is none. */
async function completed(
  s3: S3,
  bucket: Bucket,
  input: CompleteMultipartUploadRequest,
  context: RequestContext,
): Promise<ObjectVersion | undefined> {
  const { Key = '', UploadId = '' } = input;
  const upload = await s3.objects.upload(bucket.name, Key, UploadId);
  const made = upload && (await make(s3, bucket, upload, input));
  const version = made ?? (await madeBefore(s3, bucket, input));
  if (!version) return undefined;
  if (made || (await s3.untold.has(bucket.name, UploadId))) {
    await s3.changes.created('ObjectCreated:CompleteMultipartUpload', bucket, version, context);
    await s3.untold.settle(bucket.name, UploadId);
  }
  // The store made the object and could not say so: this is what is left of the upload.
  if (upload && !made) await s3.objects.abort(upload);
  return version;
}

/** The object made of the parts; `undefined` when another request has ended the upload. */
async function make(
  s3: S3,
  bucket: Bucket,
  upload: Upload,
  input: CompleteMultipartUploadRequest,
): Promise<ObjectVersion | undefined> {
  const facts = uploadFactsOf(upload);
  if (input.SSECustomerKey !== undefined) checkCustomerKey(facts.encryption, input);
  const expect = writeExpectation(input);
  const stored = await s3.objects.parts(upload);
  if (stored.length === 0 && (await hasEnded(s3, bucket, upload, input))) return undefined;
  const parts = completedParts(upload, facts, stored, input);
  const { checksum, partChecksums } = completedChecksum(facts, parts, input);
  checkTotal(input.MpuObjectSize, parts);
  if (expect) {
    checkExpectation(expect, upload.key, await s3.objects.get(bucket.name, upload.key));
    checkNotOvertaken(expect, await findUpload(s3, bucket.name, input));
  }
  const { checksumAlgorithm: _algorithm, checksumType: _type, initiator: _initiator, ...object } = facts;
  await s3.untold.note(bucket.name, upload.id);
  const outcome = await s3.objects.complete(upload, parts, {
    versioning: versioningOf(bucket),
    expect,
    etag: multipartEtag(parts),
    attributes: attributesOf({ ...object, checksum, partChecksums, uploadId: upload.id }),
  });
  if (outcome.kind === 'stored') return outcome.version;
  if (outcome.kind === 'gone') return undefined;
  await s3.untold.settle(bucket.name, upload.id);
  throw writeRefused(expect ?? { kind: 'absent' }, upload.key, outcome.current);
}

/** Whether an upload without parts is one that was ended meanwhile, by another request or by one whose answer was lost. */
const hasEnded = async (s3: S3, bucket: Bucket, { key, id }: Upload, input: CompleteMultipartUploadRequest) =>
  !(await s3.objects.upload(bucket.name, key, id)) || (await madeBefore(s3, bucket, input)) !== undefined;

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
