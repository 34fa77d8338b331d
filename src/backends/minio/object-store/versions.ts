import type { ForeignObject, ObjectVersion } from '../../../core/ports/object-store.ts';
import type { Answer } from '../exchange.ts';
import type { MinioLink } from '../link.ts';
import { WRITE_ID_HEADER } from '../own-writes.ts';
import { textOf } from '../xml.ts';
import { isStorable } from './object-key.ts';
import type { ObjectRecords } from './records.ts';
import { minioVersionId, NULL_VERSION, shownVersionId } from './version-id.ts';

/** What MinIO itself says of a version. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  /** As MinIO names it. */
  readonly versionId: string;
  readonly size: number;
  /** MinIO's own, which is that of the bytes. */
  readonly etag: string;
  /** By MinIO's clock; absent where it was not said. */
  readonly modifiedAtMs: number | undefined;
  readonly deleteMarker: boolean;
  /** Headers that describe the object, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A version with what MinIO calls it. */
export interface FoundVersion {
  readonly stored: StoredObject;
  readonly version: ObjectVersion;
}

/** Looks up versions: what MinIO says joined with what is recorded of them. */
export interface Versions {
  find(bucket: string, key: string, versionId?: string): Promise<FoundVersion | undefined>;
  /** The same, and keeps the bytes of a small object with it. */
  open(bucket: string, key: string, versionId?: string): Promise<ObjectVersion | undefined>;
  /** The bytes, where they were kept. */
  bytesOf(version: ObjectVersion): Uint8Array | undefined;
  describe(stored: StoredObject): Promise<ObjectVersion>;
}

/** Headers of an answer that describe the object rather than the answer. */
const DESCRIBING = new Set([
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
]);
const METADATA = 'x-amz-meta-';
/** Objects of up to so many bytes come with the answer that describes them: one exchange instead of two. */
const KEPT_BYTES = 64 * 1024;

export function createVersions(minio: MinioLink, records: ObjectRecords): Versions {
  const describe = async (stored: StoredObject): Promise<ObjectVersion> => {
    const { bucket, key, size, deleteMarker } = stored;
    const id = recordId(stored);
    const record = await records.get({ bucket, key, id });
    const known = { bucket, key, versionId: shownVersionId(stored.versionId), id, size, deleteMarker };
    if (record) {
      const { etag, modifiedAtMs, attributes, partSizes } = record;
      return { ...known, etag, modifiedAtMs, attributes, ...(partSizes ? { partSizes } : {}) };
    }
    const modifiedAtMs = stored.modifiedAtMs ?? (await modifiedAtMsOf(minio, stored));
    const foreign = deleteMarker ? {} : { foreign: await foreignObject(minio, stored) };
    return { ...known, etag: deleteMarker ? '' : stored.etag, modifiedAtMs, attributes: {}, ...foreign };
  };
  const ask = async (method: 'GET' | 'HEAD', { bucket, key, versionId }: Sought) => {
    const named = versionId === undefined ? undefined : minioVersionId(versionId);
    if (!isStorable(key) || (versionId !== undefined && named === undefined)) return undefined;
    const query = named === undefined ? {} : { versionId: named };
    const headers = method === 'GET' ? { range: `bytes=0-${KEPT_BYTES - 1}` } : {};
    const answer = await minio.send({ method, bucket, key, query, headers });
    const bytes = await answer.bytes();
    return { stored: storedObject(bucket, key, answer), status: answer.status, bytes };
  };
  const find = async (sought: Sought) => {
    const stored = (await ask('HEAD', sought))?.stored;
    return stored && { stored, version: await describe(stored) };
  };
  const kept = new WeakMap<ObjectVersion, Uint8Array>();
  return {
    describe,
    find: (bucket, key, versionId) => find({ bucket, key, versionId }),
    async open(bucket, key, versionId) {
      const answer = await ask('GET', { bucket, key, versionId });
      // Of nothing there is no first byte.
      if (answer?.status === RANGE_NOT_SATISFIABLE) return (await find({ bucket, key, versionId }))?.version;
      const version = answer?.stored && (await describe(answer.stored));
      if (version && answer.bytes.length === version.size) kept.set(version, answer.bytes);
      return version;
    },
    bytesOf: (version) => kept.get(version),
  };
}

interface Sought {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

const RANGE_NOT_SATISFIABLE = 416;

/** What an answer to HEAD or GET says; `undefined` when there is no such version. */
export function storedObject(bucket: string, key: string, { status, headers }: Answer): StoredObject | undefined {
  const versionId = headers['x-amz-version-id'] || NULL_VERSION;
  const of = { bucket, key, versionId };
  if (headers['x-amz-delete-marker'] === 'true') {
    return { ...of, size: 0, etag: '', modifiedAtMs: undefined, deleteMarker: true, headers: {} };
  }
  if (status !== 200 && status !== 206) return undefined;
  return {
    ...of,
    size: Number(headers['content-range']?.split('/')[1] ?? headers['content-length']),
    etag: (headers['etag'] ?? '').replaceAll('"', ''),
    modifiedAtMs: Date.parse(headers['last-modified'] ?? ''),
    deleteMarker: false,
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value !== undefined && (DESCRIBING.has(name) || name.startsWith(METADATA) || name === TAG_COUNT)
          ? [[name, value]]
          : [],
      ),
    ),
  };
}

const TAG_COUNT = 'x-amz-tagging-count';

/**
 * The id under which a version is recorded. An object that came from elsewhere is known by its version and content; seconds, since HEAD gives no more.
 */
export function recordId({ versionId, etag, modifiedAtMs = 0, deleteMarker, headers }: StoredObject): string {
  const writeId = headers[WRITE_ID_HEADER];
  if (writeId !== undefined) return writeId;
  return deleteMarker ? `marker-${versionId}` : `${versionId}-${etag}-${Math.floor(modifiedAtMs / 1000)}`;
}

/** When a delete marker came, which only a listing says. */
async function modifiedAtMsOf(minio: MinioLink, { bucket, key, versionId }: StoredObject): Promise<number> {
  const query = { versions: '', prefix: key, 'max-keys': '1000', 'encoding-type': 'url' };
  const text = await (await minio.ask({ method: 'GET', bucket, query })).text();
  const line = text.split('<DeleteMarker>').find((each) => each.includes(`<VersionId>${versionId}</VersionId>`));
  return Date.parse(textOf(line ?? '', 'LastModified') ?? '') || 0;
}

async function foreignObject(minio: MinioLink, stored: StoredObject): Promise<ForeignObject> {
  const { [TAG_COUNT]: tagCount, [WRITE_ID_HEADER]: _writeId, ...headers } = stored.headers;
  return { headers, tags: tagCount === undefined ? {} : await tagsOf(minio, stored) };
}

async function tagsOf(minio: MinioLink, { bucket, key, versionId }: StoredObject): Promise<Record<string, string>> {
  const version = versionId === NULL_VERSION ? {} : { versionId };
  const answer = await minio.ask({ method: 'GET', bucket, key, query: { tagging: '', ...version } });
  const tags = (await answer.text()).split('<Tag>').slice(1);
  return Object.fromEntries(tags.map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? '']));
}
