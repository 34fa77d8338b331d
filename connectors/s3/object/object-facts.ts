import type { ObjectLockLegalHoldStatus, ObjectLockMode, StorageClass, Tag } from '@aws-sdk/client-s3';
import type { ForeignObject, ObjectAttributes, ObjectVersion } from '../../../src/core/ports/object-store.ts';
import type { StoredChecksum } from '../checksum/checksum.ts';
import { refusal } from '../errors.ts';
import type { Acl } from './acl.ts';
import type { Encryption } from './encryption.ts';
import type { ObjectHeaders } from './object-headers.ts';
import { headersShown } from './shown-headers.ts';

/** Retention and legal hold of a version. */
export interface ObjectLock {
  readonly mode?: ObjectLockMode | undefined;
  readonly retainUntilMs?: number | undefined;
  readonly legalHold?: ObjectLockLegalHoldStatus | undefined;
}

/** What this connector keeps with an object. */
export interface ObjectFacts {
  readonly headers: ObjectHeaders;
  readonly storageClass: StorageClass;
  readonly encryption: Encryption;
  readonly checksum?: StoredChecksum | undefined;
  /** Of each part, where the checksum of the whole is made of theirs. */
  readonly partChecksums?: readonly string[] | undefined;
  readonly tags: readonly Tag[];
  /** Absent: private. */
  readonly acl?: Acl | undefined;
  readonly lock?: ObjectLock | undefined;
  /** The upload in parts that it came from, so that completing it a second time finds what the first made. */
  readonly uploadId?: string | undefined;
}

/** The attributes under which facts are stored; absent members are left out. */
export function attributesOf(facts: object): ObjectAttributes {
  return JSON.parse(JSON.stringify(facts)) as ObjectAttributes;
}

/** What was kept with a version that is no delete marker. */
export function factsOf({ attributes, foreign }: ObjectVersion): ObjectFacts {
  return foreign ? foreignFacts(foreign) : (attributes as unknown as ObjectFacts);
}

/** What holds of an object that came to the store from elsewhere: what the store shows, and S3's defaults. */
function foreignFacts({ headers, tags }: ForeignObject): ObjectFacts {
  return {
    headers: headersShown(headers),
    storageClass: 'STANDARD',
    encryption: { algorithm: 'AES256' },
    tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

const STORAGE_CLASSES = new Set<string>([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

/** The storage class of a new object; classes of other kinds of buckets are refused. */
export function storageClassOf(given: string | undefined): StorageClass {
  if (given === undefined) return 'STANDARD';
  if (STORAGE_CLASSES.has(given)) return given as StorageClass;
  throw refusal(400, 'InvalidStorageClass', 'The storage class you specified is not valid', {
    StorageClassRequested: given,
  });
}

/** Whether an object must be restored before it can be read. */
export const isArchived = (storageClass: StorageClass): boolean =>
  storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';

/** S3 keeps times to the second. */
export const lastModified = ({ modifiedAtMs }: { readonly modifiedAtMs: number }): Date =>
  new Date(Math.floor(modifiedAtMs / 1000) * 1000);

/** An ETag as headers and answers carry it. */
export const quoted = (etag: string): string => `"${etag}"`;
/** An ETag as it is stored; clients may leave out the quotes. */
export const unquoted = (etag: string): string => etag.trim().replace(/^"(.*)"$/, '$1');
