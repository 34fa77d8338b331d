import { ServiceError } from '../../../core/errors.ts';
import { formatTimestamp, parseTimestamp } from '../timestamp.ts';
import type { Scalars } from './document.ts';
import { wordDynamodbMismatch, wordMismatch } from './mismatch.ts';

/** JSON has bytes in base64, and timestamps as seconds or text. */
export const jsonScalars: Scalars = {
  readBytes: (value) => (typeof value === 'string' ? bytesFromBase64(value) : undefined),
  readTimestamp: (value) =>
    typeof value === 'number' || typeof value === 'string' ? parseTimestamp(value) : undefined,
  writeBytes: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  writeTimestamp: formatTimestamp,
  mismatch: wordMismatch,
};

/** DynamoDB has words of its own, and wants base64 whole. */
export const dynamodbJsonScalars: Scalars = {
  ...jsonScalars,
  readBytes: (value) =>
    typeof value === 'string' && value.length % 4 === 0 && BASE64.test(value)
      ? Buffer.from(value, 'base64')
      : undefined,
  mismatch: wordDynamodbMismatch,
};

const BASE64 = /^[A-Za-z0-9+/]*={0,2}\s*$/;

function bytesFromBase64(text: string): Uint8Array {
  if (!BASE64.test(text)) throw new ServiceError('SerializationException', 'Invalid base64 data');
  return Buffer.from(text, 'base64');
}

/** Parses a body, with AWS's refusal of what is not JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceError('SerializationException', 'Could not parse request body into json', { status: 400 });
  }
}
