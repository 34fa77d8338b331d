import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ServiceError } from '../../../core/errors.ts';
import type { ByteStream } from '../../../core/operation.ts';
import type { ReceivedBody } from '../../../core/ports/object-store.ts';

/** A body as MinIO takes it: its size is known before its first byte is sent. */
export type OutgoingBody = Uint8Array | { readonly size: number; readonly stream: ByteStream };

/** Bodies up to this size are gathered, and their end is known before anything is sent. */
const GATHERED_BYTES = 256 * 1024;

/**
 * Sends a body of which `ended` must approve, once all of it has come and before MinIO has all of it: so an object is
 * stored only after what belongs to it is recorded, and not at all when the body was not what it should be.
 */
export async function sendBody<T>(
  body: ByteStream,
  size: number | undefined,
  ended: (received: ReceivedBody) => Promise<void>,
  send: (body: OutgoingBody) => Promise<T>,
): Promise<T> {
  const measure = createMeasure();
  const incoming = measure.through(body)[Symbol.asyncIterator]();
  const { chunks, isWhole } = await gather(incoming);
  if (isWhole) {
    await ended(measure.received());
    return await send(Buffer.concat(chunks));
  }
  if (size === undefined) return await sendSpooled(rest(chunks, incoming), measure, ended, send);
  const stream = heldBack(rest(chunks, incoming), size, () => ended(measure.received()));
  return await send({ size, stream });
}

/** A body of which nobody says how long it is goes into a file first: MinIO wants to know. */
async function sendSpooled<T>(
  body: ByteStream,
  measure: ReturnType<typeof createMeasure>,
  ended: (received: ReceivedBody) => Promise<void>,
  send: (body: OutgoingBody) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-body-'));
  try {
    const file = join(folder, 'body');
    await pipeline(Readable.from(body), createWriteStream(file));
    const received = measure.received();
    await ended(received);
    return await send({ size: received.size, stream: createReadStream(file) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Passes the last chunk on only after `before` has resolved, and of a body of another size only a part. */
async function* heldBack(body: ByteStream, size: number, before: () => Promise<void>): ByteStream {
  let held: Uint8Array | undefined;
  let came = 0;
  for await (const chunk of body) {
    if (chunk.length === 0) continue;
    came += chunk.length;
    if (came > size) break;
    if (held) yield held;
    held = chunk;
  }
  if (came !== size) throw incomplete(came, size);
  await before();
  if (held) yield held;
}

async function gather(incoming: AsyncIterator<Uint8Array>) {
  const chunks: Uint8Array[] = [];
  for (let size = 0; size <= GATHERED_BYTES; ) {
    const next = await incoming.next();
    if (next.done) return { chunks, isWhole: true };
    chunks.push(next.value);
    size += next.value.length;
  }
  return { chunks, isWhole: false };
}

async function* rest(chunks: readonly Uint8Array[], incoming: AsyncIterator<Uint8Array>): ByteStream {
  try {
    yield* chunks;
    for (let next = await incoming.next(); !next.done; next = await incoming.next()) yield next.value;
  } finally {
    await incoming.return?.();
  }
}

function createMeasure() {
  const md5 = createHash('md5');
  let size = 0;
  return {
    async *through(body: ByteStream): AsyncGenerator<Uint8Array> {
      for await (const chunk of body) {
        md5.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    /** Once, when the body has ended. */
    received: (): ReceivedBody => ({ size, md5: md5.digest('hex') }),
  };
}

const incomplete = (came: number, announced: number) =>
  new ServiceError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
    { status: 400, members: { NumberBytesExpected: String(announced), NumberBytesProvided: String(came) } },
  );
