import type { Activity } from '../../../core/activity.ts';
import type { Clock } from '../../../core/clock.ts';
import type { ByteStream } from '../../../core/operation.ts';
import type { EventInbox } from '../../../core/ports/event-inbox.ts';
import type { Leases } from '../../../core/ports/leases.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { Registry } from '../../../core/ports/registry.ts';
import type { Random } from '../../../core/random.ts';
import { createCapture } from '../capture/capture.ts';
import { createSubscriptions } from '../capture/subscription.ts';
import type { MinioLink } from '../link.ts';
import { createMinioBuckets } from './buckets.ts';
import { dropBucket } from './drop.ts';
import { holds } from './expectation.ts';
import { createListings } from './listing.ts';
import { checkStorable } from './object-key.ts';
import { createPut, replacedBy } from './put.ts';
import { createObjectRecords } from './records.ts';
import { sweepAlways } from './sweep.ts';
import { createUploadRecords } from './upload/upload-records.ts';
import { createUploads } from './upload/uploads.ts';
import { minioVersionId, NULL_VERSION, shownVersionId } from './version-id.ts';
import { createVersions, recordId, storedObject } from './versions.ts';

/** What an object store on MinIO needs. */
export interface MinioObjectStoreOptions {
  readonly minio: MinioLink;
  /** Holds what MinIO cannot. */
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly leases: Leases;
  readonly activity: Activity;
  /** Told of what was found after an outage, and when nothing is heard of what others do. */
  readonly told: (what: string, isFault: boolean) => void;
  /** The list into which MinIO's Redis target writes, where Redis is there; it ends with the store. */
  readonly inbox?: EventInbox | undefined;
}

/**
 * Object store on MinIO: an object is MinIO's, under its own bucket and key, and so are its versions, markers and parts;
 * what MinIO cannot hold of it is in the registry, under the id of its write, which MinIO keeps as metadata.
 */
export async function openObjectStore(options: MinioObjectStoreOptions): Promise<ObjectStore> {
  const { minio, clock, random, inbox } = options;
  const records = createObjectRecords(options.registry);
  const { way, subscribe, unsubscribe } = await createSubscriptions(minio, inbox !== undefined, options.told);
  const buckets = createMinioBuckets(minio, {
    claim: async (bucket) => (await inbox?.claim(bucket)) ?? true,
    seize: async (bucket) => inbox?.seize(bucket),
    release: async (bucket) => inbox?.release(bucket),
    claims: async () => (await inbox?.claims()) ?? [],
    ...{ subscribe, unsubscribe },
  });
  const versions = createVersions(minio, records);
  const listings = createListings(minio, versions);
  const parts = { minio, clock, random, records, buckets, versions };
  const uploadRecords = createUploadRecords(options.registry);
  const uploads = createUploads({ ...parts, uploads: uploadRecords });

  const bucketNames = async () => (await buckets.list()).map(({ name }) => name);
  const capture = createCapture({ ...options, ...{ inbox, way, listings, records }, buckets: bucketNames });
  const closed = new AbortController();
  const sweeping = { minio, listings, versions, records, uploads: uploadRecords };
  void sweepAlways(sweeping, { ...options, buckets: bucketNames }, closed.signal);

  return {
    driver: 'minio',
    put: createPut(parts),
    get: async (bucket, key, versionId, willRead = false) =>
      willRead ? await versions.open(bucket, key, versionId) : (await versions.find(bucket, key, versionId))?.version,

    async read(version, range) {
      const bytes = versions.bytesOf(version);
      if (bytes) return chunksOf(range ? bytes.subarray(range.first, range.last + 1) : bytes);
      const { bucket, key, versionId, id } = version;
      const query = versionQuery(versionId);
      const headers = range ? { range: `bytes=${range.first}-${range.last}` } : {};
      const answer = await minio.send({ method: 'GET', bucket, key, query, headers });
      const found = storedObject(bucket, key, answer);
      if (found && recordId(found) === id) return answer.stream();
      answer.discard();
      return undefined;
    },

    async describe({ bucket, key, versionId, id }, attributes) {
      const found = await versions.find(bucket, key, versionId);
      if (found?.version.id !== id) return undefined;
      const { foreign: _foreign, ...described } = found.version;
      const { etag, modifiedAtMs, partSizes } = described;
      await records.put(
        { bucket, key, id },
        { key, etag, modifiedAtMs, attributes, ...(partSizes ? { partSizes } : {}) },
      );
      return { ...described, attributes };
    },

    async remove(bucket, key, versionId, expect) {
      const current = expect && (await versions.find(bucket, key));
      if (!holds(expect, current)) return { kind: 'refused', current: current?.version };
      const found = await versions.find(bucket, key, versionId);
      if (!found) return { kind: 'removed', version: undefined };
      const query = { versionId: found.stored.versionId };
      await (await minio.ask({ method: 'DELETE', bucket, key, query })).text();
      await records.remove({ bucket, key, id: found.version.id });
      await uploads.overtake(bucket, key);
      return { kind: 'removed', version: found.version };
    },

    async mark(bucket, key, { versioning, expect, attributes }) {
      checkStorable(key);
      await buckets.ensure(bucket, versioning);
      const current = expect && (await versions.find(bucket, key));
      if (!holds(expect, current)) return { kind: 'refused', current: current?.version };
      const replaced = await replacedBy(versions, bucket, key, versioning);
      const answer = await minio.ask({ method: 'DELETE', bucket, key });
      await answer.text();
      if (replaced) await records.remove(replaced);
      const minioId = answer.headers['x-amz-version-id'] || NULL_VERSION;
      const name = { bucket, key, id: `marker-${minioId}` };
      const facts = { etag: '', attributes, modifiedAtMs: clock.nowMs() };
      await records.put(name, { key, ...facts });
      const version = { ...name, ...facts, versionId: shownVersionId(minioId), size: 0, deleteMarker: true };
      return { kind: 'removed', version };
    },

    list: listings.current,
    listVersions: listings.versions,
    isEmpty: async (bucket) => (await listings.versions(bucket, { prefix: '', limit: 1 })).entries.length === 0,

    ...capture,
    ...uploads.port,
    async drop(bucket) {
      await uploads.drop(bucket);
      await dropBucket({ minio, listings, records }, bucket);
      await buckets.forget(bucket);
    },
    declare: buckets.declare,
    buckets: buckets.list,

    async [Symbol.asyncDispose]() {
      closed.abort(new Error('closed'));
      await inbox?.[Symbol.asyncDispose]();
    },
  };
}

async function* chunksOf(bytes: Uint8Array): ByteStream {
  yield bytes;
}

const versionQuery = (shown: string) => ({ versionId: minioVersionId(shown) ?? shown });
