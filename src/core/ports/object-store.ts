import type { Json } from '../event.ts';
import type { ByteStream } from '../operation.ts';
import type { ForeignChange } from '../records/s3-event.ts';
import type { Port } from './port.ts';

/**
 * Objects in buckets, with versions, delete markers and uploads in parts. The port owns what must be atomic: an object is
 * seen whole or not at all, a condition holds at the instant of the commit. Bodies stream in and out and are never held
 * whole. Rules of the S3 API (names, checksums, tags, errors) are the caller's; what it wants kept beside an object goes
 * into `attributes`. A bucket needs no declaration: it is there while something is in it.
 *
 * The objects of a real store can be written and removed past this port; they are seen here as they are there, and tell
 * by `foreign` what the store itself knows of them.
 */
export interface ObjectStore extends Port {
  /**
   * Reads the body to its end, then makes it the newest version of the key, if `expect` holds at that instant; resolves
   * once body and metadata are stored. When the body throws, nothing is stored and the error is passed on. A key that the
   * store cannot hold is refused with a `ServiceError`.
   */
  put(bucket: string, key: string, body: ByteStream, options: PutOptions): Promise<PutOutcome>;
  /**
   * The newest version, or the one of that id; also when it is a delete marker. Where it is said that it will be read, a
   * store on the network may fetch the bytes of a small one at the same time.
   */
  get(bucket: string, key: string, versionId?: string, willRead?: boolean): Promise<ObjectVersion | undefined>;
  /** Opens the bytes of a version, both ends included; `undefined` when it was removed or replaced in between. */
  read(version: ObjectVersion, range?: ByteRange): Promise<ByteStream | undefined>;
  /** Replaces the attributes of a version; `undefined` when it is gone. */
  describe(version: ObjectVersion, attributes: ObjectAttributes): Promise<ObjectVersion | undefined>;
  /**
   * Removes that version for good; resolves to it, or to `undefined` when there was none. Here and in `mark` a real store
   * may look at the expectation a moment before it commits.
   */
  remove(bucket: string, key: string, versionId: string, expect?: Expectation): Promise<RemoveOutcome>;
  /** Puts a delete marker on top; with versioning suspended it takes the place of the `null` version. */
  mark(bucket: string, key: string, marker: MarkerOptions): Promise<RemoveOutcome>;
  /** Current objects in UTF-8 byte order; delete markers and what is beneath them are left out. */
  list(bucket: string, query: ListQuery): Promise<ObjectListing>;
  /** All versions, by key and then newest first. `after` with `afterVersionId` starts behind that version. */
  listVersions(bucket: string, query: VersionQuery): Promise<ObjectListing>;
  /** Whether nothing is in the bucket; uploads in progress do not count. */
  isEmpty(bucket: string): Promise<boolean>;
  /** Forgets all that is in the bucket, uploads included. */
  drop(bucket: string): Promise<void>;
  /** Tells of a bucket that was created, and of how it treats versions from now on: others may write there at once. */
  declare(bucket: string, versioning: Versioning): Promise<void>;
  /**
   * Buckets that the store itself has, declared or not; none where there are no others than those declared. From now on
   * `heed` tells of what happens in them.
   */
  buckets(only?: string): Promise<readonly StoredBucket[]>;
  /**
   * Calls `taken` for each change that is made past this port, until the answer is disposed of, in one process at a time.
   * A change is done with once `taken` has resolved, and comes again otherwise.
   */
  heed(taken: (change: ForeignChange) => Promise<void>): Disposable;
  /** Takes a notification that the store sent by a webhook; resolves once what it tells of is done with. */
  hear(notification: Uint8Array): Promise<void>;

  beginUpload(bucket: string, key: string, attributes: ObjectAttributes, headers?: ShownHeaders): Promise<Upload>;
  upload(bucket: string, key: string, uploadId: string): Promise<Upload | undefined>;
  /** Uploads in progress by key, then by age. */
  uploads(bucket: string): Promise<readonly Upload[]>;
  /** Stores a part, replacing one of the same number; `undefined` when the upload has ended meanwhile. */
  putPart(
    upload: Upload,
    number: number,
    body: ByteStream,
    finish: FinishBody,
    size?: number,
  ): Promise<UploadPart | undefined>;
  /** Parts in ascending order. */
  parts(upload: Upload): Promise<readonly UploadPart[]>;
  /** Makes the parts, in the order given, one object; copies no bytes. The upload ends, its other parts are dropped. */
  complete(upload: Upload, parts: readonly UploadPart[], options: CompleteOptions): Promise<PutOutcome>;
  /** Ends the upload and drops its parts; false when it has ended before. */
  abort(upload: Upload): Promise<boolean>;
}

/** What the caller keeps with an object. JSON, at most some kilobytes. */
export type ObjectAttributes = { readonly [key: string]: Json };

/** How a new version stands to older ones: replaces all, is added, or replaces the one of id `null`. */
export type Versioning = 'off' | 'enabled' | 'suspended';

/** What must hold of the newest version at the instant of the commit; a delete marker counts as absent. */
export type Expectation = { readonly kind: 'absent' } | { readonly kind: 'etag'; readonly etag: string };

/** Called when the body has ended and before anything is visible; what it throws stops the put. */
export type FinishBody = (received: ReceivedBody) => FinishedBody;

/** What is known of a body once it has come. */
export interface ReceivedBody {
  readonly size: number;
  /** Hex. */
  readonly md5: string;
}

/** What the caller makes of it. */
export interface FinishedBody {
  /** Without quotes. */
  readonly etag: string;
  readonly attributes: ObjectAttributes;
}

/** How an object is written. */
export interface PutOptions {
  readonly versioning: Versioning;
  readonly expect?: Expectation | undefined;
  readonly finish: FinishBody;
  /** How many bytes the body will have, where that is known before it comes. */
  readonly size?: number | undefined;
  readonly headers?: ShownHeaders | undefined;
}

/** HTTP headers, lower-case names, by which clients that read the store past this port see an object. */
export type ShownHeaders = Readonly<Record<string, string>>;

/** A bucket as the store itself knows it. */
export interface StoredBucket {
  readonly name: string;
  readonly createdAtMs: number;
  readonly versioning: Versioning;
}

/** What the store itself knows of an object that was not written through this port. */
export interface ForeignObject {
  readonly headers: ShownHeaders;
  readonly tags: Readonly<Record<string, string>>;
}

/** How an upload becomes an object. */
export interface CompleteOptions {
  readonly versioning: Versioning;
  readonly expect?: Expectation | undefined;
  readonly etag: string;
  readonly attributes: ObjectAttributes;
}

/** How a delete marker is written. */
export interface MarkerOptions {
  readonly versioning: 'enabled' | 'suspended';
  readonly expect?: Expectation | undefined;
  readonly attributes: ObjectAttributes;
}

/** `refused`: the expectation did not hold; `current` is what was there. `gone`: the upload had ended. */
export type PutOutcome =
  | { readonly kind: 'stored'; readonly version: ObjectVersion }
  | { readonly kind: 'refused'; readonly current: ObjectVersion | undefined }
  | { readonly kind: 'gone' };

/** `removed` names the version that went, or the marker that came. */
export type RemoveOutcome =
  | { readonly kind: 'removed'; readonly version: ObjectVersion | undefined }
  | { readonly kind: 'refused'; readonly current: ObjectVersion | undefined };

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  /** `null` when it was written without versioning. */
  readonly versionId: string;
  /** Another for each write. */
  readonly id: string;
  readonly size: number;
  /** Without quotes; empty for a delete marker. */
  readonly etag: string;
  readonly modifiedAtMs: number;
  readonly deleteMarker: boolean;
  /** Empty where `foreign` is there. */
  readonly attributes: ObjectAttributes;
  readonly foreign?: ForeignObject | undefined;
  /** Sizes of the parts of an object that was uploaded in parts. */
  readonly partSizes?: readonly number[] | undefined;
}

/** Offsets of the first and the last byte. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Which keys a listing holds. */
export interface ListQuery {
  readonly prefix: string;
  /** Keys up to the next delimiter behind the prefix are rolled into one common prefix. */
  readonly delimiter?: string | undefined;
  /** Begins behind this key; all keys of a common prefix count as that prefix. */
  readonly after?: string | undefined;
  /** How many entries at most. */
  readonly limit: number;
}

/** Which versions a listing holds. */
export interface VersionQuery extends ListQuery {
  readonly afterVersionId?: string | undefined;
}

/** One line of a listing: a version, or the prefix that many keys share. */
export type ListEntry =
  | { readonly kind: 'version'; readonly version: ObjectVersion; readonly latest: boolean }
  | { readonly kind: 'prefix'; readonly prefix: string };

/** A page of a listing. */
export interface ObjectListing {
  readonly entries: readonly ListEntry[];
  /** Whether more follows. */
  readonly truncated: boolean;
}

/** An upload in parts that has not ended. */
export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly startedAtMs: number;
  readonly attributes: ObjectAttributes;
  /** Whether another version of the key is the newest than when the upload began; a removal of nothing may count. */
  readonly overtaken: boolean;
}

/** A part of an upload. */
export interface UploadPart {
  readonly number: number;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedAtMs: number;
  readonly attributes: ObjectAttributes;
}
