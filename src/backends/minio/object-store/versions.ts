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
  return {
    describe,
    async find(bucket, key, versionId) {
      const named = versionId === undefined ? undefined : minioVersionId(versionId);
      if (!isStorable(key) || (versionId !== undefined && named === undefined)) return undefined;
      const query = named === undefined ? {} : { versionId: named };
      const answer = await minio.send({ method: 'HEAD', bucket, key, query });
      await answer.text();
      const stored = storedObject(bucket, key, answer);
      return stored && { stored, version: await describe(stored) };
    },
  };
}

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
    size: Number(headers['content-length']),
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
