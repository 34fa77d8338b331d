import type { ShownHeaders } from '../../../core/ports/object-store.ts';
import { WRITE_ID_HEADER } from '../own-writes.ts';

/** MinIO refuses more; names and values together. */
const MAX_METADATA_BYTES = 2048;
const METADATA = 'x-amz-meta-';

/**
 * What MinIO keeps with an object for clients that read it there. It goes into the query of a request, which the signature
 * covers, and where any character may stand. Metadata that is too much beside the id of the write is left out: it is
 * recorded.
 */
export function headerQuery(writeId: string, headers: ShownHeaders = {}): Record<string, string> {
  const own = [WRITE_ID_HEADER, writeId] as const;
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith(METADATA));
  const size = [own, ...metadata].reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0);
  const shown = Object.entries(headers).filter(([name]) => size <= MAX_METADATA_BYTES || !name.startsWith(METADATA));
  return Object.fromEntries([own, ...shown]);
}
