import type { Port } from './port.ts';

/** Function archives by content. */
export interface BlobStore extends Port {
  /** Stores the bytes and returns their sha256 in hex. Storing the same twice keeps one. */
  put(bytes: Uint8Array): Promise<string>;
  get(sha256: string): Promise<Uint8Array | undefined>;
  remove(sha256: string): Promise<void>;
}
