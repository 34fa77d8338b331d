import { createHash } from 'node:crypto';
import { realClock } from '../../../core/clock.ts';
import type { ObjectAttributes } from '../../../core/ports/object-store.ts';
import type { Registry } from '../../../core/ports/registry.ts';

/** What MinIO cannot hold of an object. */
export interface ObjectRecord {
  readonly key: string;
  readonly etag: string;
  readonly modifiedAtMs: number;
  readonly attributes: ObjectAttributes;
  readonly partSizes?: readonly number[] | undefined;
}

/** A record as it was found. */
export interface StoredRecord {
  /** Of the write. */
  readonly id: string;
  readonly record: ObjectRecord;
  /** In real time, whatever the clock of the simulator says. */
  readonly writtenAtMs: number;
}

/** Which record: an object's under the id of its write, which MinIO keeps with it. */
export interface RecordName {
  readonly bucket: string;
  readonly key: string;
  readonly id: string;
}

/**
 * What is kept in the registry beside MinIO. A record is stored before the object that it describes can be seen, and
 * removed after it is gone; one that stayed behind describes nothing, and is swept.
 */
export interface ObjectRecords {
  get(name: RecordName): Promise<ObjectRecord | undefined>;
  put(name: RecordName, record: ObjectRecord): Promise<void>;
  remove(name: RecordName): Promise<void>;
  /** All of a bucket, some at a time. */
  list(bucket: string): AsyncIterable<readonly StoredRecord[]>;
}

/** Records of objects in the registry. Keys are hashed: they may be as long as a name there. */
export function createObjectRecords(registry: Registry): ObjectRecords {
  const prefix = (bucket: string) => `minio/object/${bucket}/`;
  const nameOf = ({ bucket, key, id }: RecordName) => `${prefix(bucket)}${digest(key)}/${id}`;
  return {
    get: async (name) => (await registry.get<Written>(nameOf(name)))?.value,
    async put(name, record) {
      const written: Written = { ...record, writtenAtMs: realClock.nowMs() };
      await registry.put(nameOf(name), written);
    },
    remove: (name) => registry.remove(nameOf(name)),
    async *list(bucket) {
      for (const first of DIGEST_LETTERS) {
        const entries = await registry.list<Written>(prefix(bucket) + first);
        yield entries.map(({ key, value: { writtenAtMs, ...record } }) => ({
          ...{ record, writtenAtMs },
          id: key.slice(key.lastIndexOf('/') + 1),
        }));
      }
    },
  };
}

interface Written extends ObjectRecord {
  readonly writtenAtMs: number;
}

const DIGEST_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const digest = (key: string) => createHash('sha256').update(key).digest('base64url').slice(0, 32);
