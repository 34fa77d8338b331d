import type { RawRequest } from '../../../src/core/operation.ts';

/** What a request is about, by its path. */
export interface RequestTarget {
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
}

/** Reads it. */
export function targetOf({ path }: RawRequest): RequestTarget {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return { bucket, key };
}
