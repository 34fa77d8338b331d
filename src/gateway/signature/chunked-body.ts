import { createHash } from 'node:crypto';
import { ServiceError } from '../../core/errors.ts';
import type { ByteStream } from '../../core/operation.ts';
import { trailers } from '../../core/operation.ts';
import { EMPTY_SHA256, signText } from './sigv4.ts';

/** What the signatures of chunks are checked with. */
export interface ChunkVerifier {
  readonly key: Buffer;
  readonly dateTime: string;
  readonly scope: string;
  /** The signature of the headers, on which the first chunk's builds. */
  readonly seed: string;
  readonly refuse: () => ServiceError;
}

interface ChunkedOptions {
  /** Asked for when reading begins; `undefined` when signatures are not verified. */
  readonly verifier: ChunkVerifier | undefined;
  /** `x-amz-decoded-content-length`. */
  readonly decodedLength: number | undefined;
}

const MAX_LINE_BYTES = 16 * 1024;
const MAX_TRAILERS = 32;

/**
 * Decodes `aws-chunked`: chunks with or without a signature, then trailers. Bytes are passed on as they come; a signature
 * that is wrong is found at the end of its chunk, so a consumer must commit nothing before the end.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function decodeChunked(source: ByteStream, options: ChunkedOptions): ByteStream {
  const found: Record<string, string> = {};
  const stream = decode(source, options, found);
  return Object.assign(stream, { [trailers]: found });
}

async function* decode(source: ByteStream, options: ChunkedOptions, found: Record<string, string>): ByteStream {
  const reader = createByteReader(source);
  let previous = options.verifier?.seed ?? '';
  let total = 0;
  for (;;) {
    const { size, signature } = chunkHeader(await reader.line());
    const hash = options.verifier && signature !== undefined ? createHash('sha256') : undefined;
    for (let left = size; left > 0; ) {
      const piece = await reader.upTo(left);
      left -= piece.length;
      total += piece.length;
      hash?.update(piece);
      yield piece;
    }
    if (hash && options.verifier) previous = checkChunk(options.verifier, previous, signature, hash.digest('hex'));
    if (size === 0) break;
    if ((await reader.line()) !== '') throw malformed();
  }
  await readTrailers(reader, options.verifier, previous, found);
  if (options.decodedLength !== undefined && options.decodedLength !== total) throw incomplete();
}

function chunkHeader(line: string): { readonly size: number; readonly signature: string | undefined } {
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line.trim());
  if (!match) throw malformed();
  return { size: Number.parseInt(match[1] ?? '', 16), signature: match[2] };
}

function checkChunk(
  verifier: ChunkVerifier,
  previous: string,
  signature: string | undefined,
  contentHash: string,
): string {
  const text = ['AWS4-HMAC-SHA256-PAYLOAD', verifier.dateTime, verifier.scope, previous, EMPTY_SHA256, contentHash];
  const expected = signText(verifier.key, text.join('\n'));
  if (expected !== signature) throw verifier.refuse();
  return expected;
}

/** Trailers end with an empty line, or with the body: clients differ. */
async function readTrailers(
  reader: ByteReader,
  verifier: ChunkVerifier | undefined,
  previous: string,
  found: Record<string, string>,
): Promise<void> {
  let signed = '';
  for (let count = 0; count < MAX_TRAILERS; count += 1) {
    const line = await reader.line(true);
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon < 1) throw malformed();
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name !== 'x-amz-trailer-signature') {
      found[name] = value;
      signed += `${name}:${value}\n`;
    } else if (verifier) {
      const hash = createHash('sha256').update(signed).digest('hex');
      const text = ['AWS4-HMAC-SHA256-TRAILER', verifier.dateTime, verifier.scope, previous, hash].join('\n');
      if (signText(verifier.key, text) !== value) throw verifier.refuse();
    }
  }
}

interface ByteReader {
  /** The next line without its end; an early end is an error unless `mayEnd`, then it reads as an empty line. */
  line(mayEnd?: boolean): Promise<string>;
  /** At least one byte and at most `size`. */
  upTo(size: number): Promise<Uint8Array>;
}

function createByteReader(source: ByteStream): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);
  const fill = async () => {
    const { done, value } = await iterator.next();
    if (done) return false;
    const next = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    buffered = buffered.length === 0 ? next : Buffer.concat([buffered, next]);
    return true;
  };
  return {
    async line(mayEnd = false) {
      let end = buffered.indexOf('\n');
      while (end < 0) {
        if (buffered.length > MAX_LINE_BYTES) throw malformed();
        if (!(await fill())) {
          if (mayEnd && buffered.length === 0) return '';
          throw incomplete();
        }
        end = buffered.indexOf('\n');
      }
      const line = buffered.subarray(0, end).toString('latin1').replace(/\r$/, '');
      buffered = buffered.subarray(end + 1);
      return line;
    },
    async upTo(size) {
      while (buffered.length === 0) if (!(await fill())) throw incomplete();
      const piece = buffered.subarray(0, size);
      buffered = buffered.subarray(piece.length);
      return piece;
    },
  };
}

const malformed = () =>
  new ServiceError('InvalidChunkSizeError', 'The chunk framing of the request body is malformed', { status: 400 });

const incomplete = () =>
  new ServiceError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
    { status: 400 },
  );
