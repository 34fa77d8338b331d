import { ServiceError } from '../../../core/errors.ts';

/** A folder or file name on MinIO's disk. */
const MAX_SEGMENT_BYTES = 255;

/** Whether MinIO, which keeps objects in folders, can hold an object of this key. */
export function isStorable(key: string): boolean {
  const segments = key.split('/');
  return segments.every((segment, at) => {
    if (segment === '') return at > 0 && at === segments.length - 1;
    return segment !== '.' && segment !== '..' && Buffer.byteLength(segment) <= MAX_SEGMENT_BYTES;
  });
}

/** Refuses a key in MinIO's own words, also where MinIO would silently store under another. */
export function checkStorable(key: string): void {
  if (isStorable(key)) return;
  throw new ServiceError(
    'XMinioInvalidObjectName',
    'Object name contains unsupported characters. MinIO cannot hold keys that begin with "/" or have "//", "." or ".." between slashes, or more than 255 bytes there.',
    { status: 400 },
  );
}
