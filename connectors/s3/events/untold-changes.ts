import type { Registry } from '../../../src/core/ports/registry.ts';
import { oneAtATimeByName } from '../../../src/core/waiting/one-at-a-time.ts';

/**
 * Changes that may be made while nobody was told of them, and that cannot be made once more: the completion of an upload,
 * the removal of one version. A client that heard of a failure asks again, and is answered that all is done only when it is.
 * They are noted beside the object, before it changes, as whoever is told may look at it at once.
 */
export interface UntoldChanges {
  /** One change of a name at a time in this process, so that a second finds what the first made of it. */
  readonly inTurn: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** Notes it, before it is made. `name` is its own in the bucket, and no longer than some hundred bytes. */
  note(bucket: string, name: string): Promise<void>;
  has(bucket: string, name: string): Promise<boolean>;
  /** All was told, or the change will not be made. */
  settle(bucket: string, name: string): Promise<void>;
  /** Forgets those of a bucket that is removed. */
  drop(bucket: string): Promise<void>;
}

/** Keeps them in the registry, an entry each. */
export function createUntoldChanges(registry: Registry): UntoldChanges {
  const inBucket = (bucket: string) => `s3/untold/${bucket}/`;
  const nameOf = (bucket: string, name: string) => inBucket(bucket) + name;
  return {
    inTurn: oneAtATimeByName(),
    note: async (bucket, name) => void (await registry.put(nameOf(bucket, name), true)),
    has: async (bucket, name) => (await registry.get(nameOf(bucket, name))) !== undefined,
    settle: (bucket, name) => registry.remove(nameOf(bucket, name)),
    async drop(bucket) {
      const left = await registry.list(inBucket(bucket));
      await Promise.all(left.map(({ key }) => registry.remove(key)));
    },
  };
}
