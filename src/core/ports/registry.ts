import { HeadwaterError } from '../errors.ts';
import type { Json } from '../event.ts';
import type { Port } from './port.ts';

/**
 * Control-plane state: queues' attributes, functions, mappings, bucket settings. Keys are slash-separated and begin with
 * the service, account and region, e.g. `sqs/000000000000/us-east-1/orders`.
 */
export interface Registry extends Port {
  /**
   * The value and its version; `undefined` when there is none. It is what was stored last, by whichever process. While
   * the version is the same it is the same object, which is shared: never change it in place.
   */
  get<T = Json>(key: string): Promise<Versioned<T> | undefined>;
  /**
   * Stores and returns the new version once it is committed; a key never gets a version that it had before. With `expectedVersion` (0: must not exist) it rejects with
   * a `HeadwaterError` of code `VERSION_CONFLICT` when the stored version is another.
   */
  put<T = Json>(key: string, value: T, expectedVersion?: number): Promise<number>;
  /** Removing what is not there does nothing; with `expectedVersion` it rejects as `put` does when that is another. */
  remove(key: string, expectedVersion?: number): Promise<void>;
  /** Entries whose key begins with `prefix`, in key order. */
  list<T = Json>(prefix: string): Promise<readonly { readonly key: string; readonly value: T }[]>;
  /**
   * Calls `changed` after an entry whose key begins with `prefix` was stored or removed, by whichever process, this one
   * included; with `undefined` when changes may have been missed, so that all must be looked at. Disposing ends it.
   */
  watch(prefix: string, changed: (key: string | undefined) => void): Disposable;
}

/** A stored value with the version that a later `put` may expect. */
export interface Versioned<T> {
  readonly value: T;
  readonly version: number;
}

/** Whether a `put` was refused because the stored version is another than the expected one. */
export const isVersionConflict = (error: unknown): boolean =>
  error instanceof HeadwaterError && error.code === 'VERSION_CONFLICT';
