import { createHash } from 'node:crypto';
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

/** Which record: an object's under the id of its write, which MinIO keeps with it. */
export interface RecordName {
  readonly bucket: string;
  readonly key: string;
  readonly id: string;
}

/**
 * What is kept in the registry beside MinIO. A record is stored before the object that it describes can be seen, and
 * removed after it is gone; one that a killed process left behind describes nothing.
 */
export interface ObjectRecords {
  get(name: RecordName): Promise<ObjectRecord | undefined>;
  put(name: RecordName, record: ObjectRecord): Promise<void>;
  remove(name: RecordName): Promise<void>;
  /** All of a bucket, by the id of the write. */
  list(bucket: string): Promise<readonly { readonly id: string; readonly record: ObjectRecord }[]>;
}

/** Records of objects in the registry. Keys are hashed: they may be as long as a name there. */
export function createObjectRecords(registry: Registry): ObjectRecords {
  const prefix = (bucket: string) => `minio/object/${bucket}/`;
  const nameOf = ({ bucket, key, id }: RecordName) => `${prefix(bucket)}${digest(key)}/${id}`;
  return {
    get: async (name) => (await registry.get<ObjectRecord>(nameOf(name)))?.value,
    put: async (name, record) => void (await registry.put(nameOf(name), record)),
    remove: (name) => registry.remove(nameOf(name)),
    async list(bucket) {
      const entries = await registry.list<ObjectRecord>(prefix(bucket));
      return entries.map(({ key, value }) => ({ id: key.slice(key.lastIndexOf('/') + 1), record: value }));
    },
  };
}

const digest = (key: string) => createHash('sha256').update(key).digest('base64url').slice(0, 32);
