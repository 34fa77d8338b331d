import { ServiceError } from '../../../core/errors.ts';
import type { Scalars } from '../document/document.ts';
import { wordMismatch } from '../document/mismatch.ts';
import { parseTimestamp } from '../timestamp.ts';
import { decodeCbor, MalformedCbor } from './decode.ts';
import type { CborDialect } from './dialect.ts';

/** CBOR has bytes and timestamps as they are. A number without a tag is taken for seconds. */
export const cborScalars: Scalars = {
  readBytes: (value) => (value instanceof Uint8Array ? value : undefined),
  readTimestamp: (value) =>
    value instanceof Date ? value : typeof value === 'number' ? parseTimestamp(value) : undefined,
  writeBytes: (bytes) => bytes,
  writeTimestamp: (date) => date,
  mismatch: wordMismatch,
};

/** Parses a body, with AWS's refusal of what is not CBOR. */
export function parseCbor(body: Buffer, dialect: CborDialect): unknown {
  try {
    return decodeCbor(body, dialect);
  } catch (error) {
    if (!(error instanceof MalformedCbor)) throw error;
    throw new ServiceError('SerializationException', 'Could not parse request body into cbor', { status: 400 });
  }
}
