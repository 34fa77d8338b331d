import type { ObjectLockLegalHoldStatus, ObjectLockMode, StorageClass, Tag } from '@aws-sdk/client-s3';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { ObjectAttributes, ObjectVersion } from '../../../src/core/ports/object-store.ts';
import type { StoredChecksum } from '../checksum/checksum.ts';
import { refusal } from '../errors.ts';
import type { Acl } from './acl.ts';
import type { Encryption } from './encryption.ts';
import { decodeMetadata } from './metadata-encoding.ts';
import { foreignFacts } from './shown-object.ts';

/** Headers that are kept with an object and given back as they were. */
export interface ObjectHeaders {
  readonly contentType: string;
  readonly cacheControl?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly expires?: string | undefined;
  readonly websiteRedirect?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

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

/** The members of a request that become headers of the object. */
export interface HeadersInput {
  readonly ContentType?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
}

const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';
/** Names and values together (docs: UsingMetadata.html). */
const MAX_METADATA_BYTES = 2048;

/** The headers of a request that creates an object. `Expires` is kept as text, since it need not be a date. */
export function headersOf(input: HeadersInput, { headers }: Pick<RequestContext, 'headers'>): ObjectHeaders {
  return {
    contentType: input.ContentType || DEFAULT_CONTENT_TYPE,
    cacheControl: input.CacheControl,
    contentDisposition: input.ContentDisposition,
    contentEncoding: withoutChunking(input.ContentEncoding),
    contentLanguage: input.ContentLanguage,
    expires: headers['expires'],
    websiteRedirect: input.WebsiteRedirectLocation,
    metadata: metadataOf(input.Metadata ?? {}),
  };
}

function metadataOf(given: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(given).map(([name, value]) => [name.toLowerCase(), decodeMetadata(value)] as const);
  const size = entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (size > MAX_METADATA_BYTES) {
    throw refusal(400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: String(size),
      MaxSizeAllowed: String(MAX_METADATA_BYTES),
    });
  }
  return Object.fromEntries(entries);
}

/** `aws-chunked` describes the transfer and is not kept. */
function withoutChunking(encoding: string | undefined): string | undefined {
  const kept = encoding?.split(',').filter((name) => name.trim().toLowerCase() !== 'aws-chunked');
  return kept?.length ? kept.join(',').trim() : undefined;
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
