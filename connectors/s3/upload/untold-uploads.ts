import type { Registry } from '../../../src/core/ports/registry.ts';
import { oneAtATimeByName } from '../../../src/core/waiting/one-at-a-time.ts';

/**
 * Uploads whose object may be there while nobody was told of it: a client that heard of a failure completes again, and is
 * answered that all is done only when it is. They are noted beside the object, as whoever is told may describe it at once.
 */
export interface UntoldUploads {
  /** One completion of an upload at a time in this process, so that a second finds what the first made of it. */
  readonly inTurn: <T>(uploadId: string, work: () => Promise<T>) => Promise<T>;
  /** Notes it, before its object is made. */
  note(bucket: string, uploadId: string): Promise<void>;
  has(bucket: string, uploadId: string): Promise<boolean>;
  /** All was told, or there will be no object. */
  settle(bucket: string, uploadId: string): Promise<void>;
  /** Forgets those of a bucket that is removed. */
  drop(bucket: string): Promise<void>;
}

/** Keeps them in the registry, an entry each. */
export function createUntoldUploads(registry: Registry): UntoldUploads {
  const inBucket = (bucket: string) => `s3/untold/${bucket}/`;
  const nameOf = (bucket: string, uploadId: string) => inBucket(bucket) + uploadId;
  return {
    inTurn: oneAtATimeByName(),
    note: async (bucket, uploadId) => void (await registry.put(nameOf(bucket, uploadId), true)),
    has: async (bucket, uploadId) => (await registry.get(nameOf(bucket, uploadId))) !== undefined,
    settle: (bucket, uploadId) => registry.remove(nameOf(bucket, uploadId)),
    async drop(bucket) {
      const left = await registry.list(inBucket(bucket));
      await Promise.all(left.map(({ key }) => registry.remove(key)));
    },
  };
}
