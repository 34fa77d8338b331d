import type { ServiceError } from '../../../src/core/errors.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { ObjectVersion } from '../../../src/core/ports/object-store.ts';
import type { Bucket } from '../bucket/buckets.ts';
import { expirationOf } from '../bucket/lifecycle.ts';
import { type ChecksumAlgorithm, checksumMember } from '../checksum/checksum.ts';
import { announcedSize, type BodyInput, checkedBody } from '../checksum/received-body.ts';
import { refusal } from '../errors.ts';
import type { S3 } from '../service.ts';
import { type Acl, type AclInput, givenAcl } from './acl.ts';
import { type EncryptionInput, encryptionMembers, encryptionOf, etagOf } from './encryption.ts';
import { attributesOf, factsOf, type ObjectFacts, quoted, storageClassOf } from './object-facts.ts';
import { type HeadersInput, headersOf } from './object-headers.ts';
import { type LockInput, newLock } from './object-lock.ts';
import { checkExpectation, type WriteConditions, writeExpectation, writeRefused } from './precondition.ts';
import { shownHeaders } from './shown-headers.ts';
import { headerTags } from './tags.ts';
import { versioningOf } from './version-lookup.ts';

/** The members by which a request describes the object that it creates. */
export interface NewObjectInput extends HeadersInput, EncryptionInput, LockInput, AclInput {
  readonly Key?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly Tagging?: string | undefined;
}

const MAX_KEY_BYTES = 1024;

/** All that is known of an object before its body has come. */
export function newObjectFacts(
  s3: S3,
  bucket: Bucket,
  input: NewObjectInput,
  context: RequestContext,
): Omit<ObjectFacts, 'checksum'> {
  checkKey(input.Key ?? '');
  return {
    headers: headersOf(input, context),
    storageClass: storageClassOf(input.StorageClass),
    encryption: encryptionOf(input, bucket),
    tags: headerTags(input.Tagging),
    acl: newObjectAcl(input, bucket),
    lock: newLock(input, bucket, s3.clock.nowMs()),
  };
}

/** Refuses a key that is too long. */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= MAX_KEY_BYTES) return;
  throw refusal(400, 'KeyTooLongError', 'Your key is too long', {
    Size: String(size),
    MaxSizeAllowed: String(MAX_KEY_BYTES),
  });
}

/** Where the bucket's owner owns everything there are no ACLs (docs: about-object-ownership.html). */
export function newObjectAcl(input: AclInput, bucket: Bucket): Acl | undefined {
  const acl = givenAcl(input, bucket.account);
  if (acl && bucket.ownership === 'BucketOwnerEnforced' && input.ACL !== 'bucket-owner-full-control') throw noAcls();
  return acl;
}

/** The refusal of an ACL where there are none. */
export const noAcls = (): ServiceError =>
  refusal(400, 'AccessControlListNotSupported', 'The bucket does not allow ACLs');

/** Stores the body of a request as an object and tells of it. */
export async function storeObject(
  s3: S3,
  bucket: Bucket,
  input: NewObjectInput & BodyInput & WriteConditions,
  context: RequestContext,
  event: 'ObjectCreated:Put' | 'ObjectCreated:Post',
): Promise<{ readonly version: ObjectVersion; readonly facts: ObjectFacts; readonly eventId: string }> {
  const key = input.Key ?? '';
  const facts = newObjectFacts(s3, bucket, input, context);
  const expect = writeExpectation(input);
  if (expect) checkExpectation(expect, key, await s3.objects.get(bucket.name, key));
  const body = checkedBody(input, context, { expectedDigest: 'hex' });
  const outcome = await s3.objects.put(bucket.name, key, body.stream, {
    versioning: versioningOf(bucket),
    expect,
    size: announcedSize(context),
    headers: shownHeaders(facts.headers),
    finish: (received) => {
      const value = body.verify(received)[body.algorithm] ?? '';
      const checksum = { algorithm: body.algorithm, value, type: 'FULL_OBJECT' };
      const etag = etagOf(received.md5, facts.encryption, s3.random);
      return { etag, attributes: attributesOf({ ...facts, checksum }) };
    },
  });
  if (outcome.kind !== 'stored') {
    throw writeRefused(expect ?? { kind: 'absent' }, key, outcome.kind === 'refused' ? outcome.current : undefined);
  }
  const eventId = await s3.changes.created(event, bucket, outcome.version, context);
  return { version: outcome.version, facts: factsOf(outcome.version), eventId };
}

/** What the answer to a write says of the object. */
export function writtenMembers(bucket: Bucket, version: ObjectVersion) {
  const { checksum, encryption } = factsOf(version);
  return {
    ETag: quoted(version.etag),
    ...(checksum ? checksumAnswer(checksum.algorithm, checksum.value, checksum.type) : {}),
    ...encryptionMembers(encryption),
    ...(bucket.versioning === 'Enabled' ? { VersionId: version.versionId } : {}),
    ...expirationOf(bucket, version),
  };
}

/** A checksum as answers show it. */
export const checksumAnswer = (
  algorithm: ChecksumAlgorithm,
  value: string,
  ChecksumType: 'FULL_OBJECT' | 'COMPOSITE',
) => ({ [checksumMember(algorithm)]: value, ChecksumType });
