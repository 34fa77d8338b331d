import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ServiceError } from '../../core/errors.ts';
import type { ByteStream } from '../../core/operation.ts';

/** The body of a request, which is read at most once: as a stream, or whole within a bound. */
export interface RequestBody {
  stream(): ByteStream;
  /** The whole body; a second call gives the same bytes. Above `maxBytes` it throws what `refuse` makes. */
  bytes(maxBytes: number, refuse: (maxBytes: number) => ServiceError): Promise<Buffer>;
}

/**
 * @param beforeReading called once before the first byte is asked for (`100 Continue`).
 */
export function createRequestBody(
  request: IncomingMessage,
  beforeReading: (() => void) | undefined,
  decode: ((source: ByteStream) => ByteStream) | undefined,
): RequestBody {
  let whole: Promise<Buffer> | undefined;
  const source = (): ByteStream => {
    beforeReading?.();
    return decode ? decode(request) : request;
  };
  return {
    stream: () => (whole ? once(whole) : source()),
    bytes(maxBytes, refuse) {
      if (whole) return whole;
      if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(refuse(maxBytes));
      if (decode) whole = collectStream(source(), maxBytes, refuse);
      else {
        beforeReading?.();
        whole = collectRequest(request, maxBytes, refuse);
      }
      return whole;
    },
  };
}

async function* once(bytes: Promise<Buffer>): ByteStream {
  yield await bytes;
}

/** Listens to the events directly: an async iterator costs a small call several turns of the event loop. */
function collectRequest(
  request: IncomingMessage,
  maxBytes: number,
  refuse: (maxBytes: number) => ServiceError,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) reject(refuse(maxBytes));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => {
      if (!request.readableEnded) reject(new ServiceError('IncompleteBody', 'The client closed the connection'));
    });
  });
}

async function collectStream(
  source: ByteStream,
  maxBytes: number,
  refuse: (maxBytes: number) => ServiceError,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > maxBytes) throw refuse(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Passes a body through and refuses it at its end when its SHA-256 is not the one that was announced. */
export async function* checkedSha256(source: ByteStream, expectedHex: string): ByteStream {
  const hash = createHash('sha256');
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
  const actual = hash.digest('hex');
  if (actual !== expectedHex) throw contentMismatch(expectedHex, actual);
}

/** S3's refusal of a body that is not the one that was signed. */
export const contentMismatch = (claimed: string, computed: string) =>
  new ServiceError(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { status: 400, members: { ClientComputedContentSHA256: claimed, S3ComputedContentSHA256: computed } },
  );
