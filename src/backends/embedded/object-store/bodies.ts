import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ByteStream } from '../../../core/operation.ts';
import type { ByteRange, ReceivedBody } from '../../../core/ports/object-store.ts';
import type { Random } from '../../../core/random.ts';

/** A body, or a piece of one, by the name of its file. */
export interface BodyPiece {
  readonly id: string;
  readonly size: number;
}

/** Where bodies lie: one file each; small ones of an ephemeral store in memory. */
export interface ObjectBodies {
  /** Stores a stream under a new name; what the stream throws is passed on and leaves nothing. */
  receive(body: ByteStream): Promise<ReceivedBody & { readonly piece: BodyPiece }>;
  /** The pieces one after the other. They stay readable until the stream has ended, even when removed meanwhile. */
  read(pieces: readonly BodyPiece[], range: ByteRange): ByteStream;
  remove(pieces: readonly BodyPiece[]): Promise<void>;
  /** Removes all files that are not in use: what a killed process left half written or no longer needed. */
  sweep(inUse: ReadonlySet<string>): Promise<void>;
  close(): Promise<void>;
}

/** Bodies up to this size are gathered and written at once. */
const SMALL_BYTES = 64 * 1024;
/** How much an ephemeral store keeps in memory; what comes after goes into files. */
const MEMORY_BYTES = 64 * 1024 * 1024;
/** How much is read from a file at a time. */
const READ_BYTES = 256 * 1024;
/** Ending of a file that is being written. */
const PARTIAL = '.part';

/**
 * @param directory where files go; `undefined` keeps small bodies in memory and others in a temporary folder, made when the
 * first one comes and removed at the end.
 */
export function createObjectBodies(options: {
  readonly directory: string | undefined;
  readonly fsync: boolean;
  readonly random: Random;
}): ObjectBodies {
  const held = new Map<string, Uint8Array>();
  let heldBytes = 0;
  let folder = options.directory;
  if (folder) mkdirSync(folder, { recursive: true });
  const path = (id: string) => {
    folder ??= mkdtempSync(join(tmpdir(), 'headwater-objects-'));
    return join(folder, id);
  };
  /** How many streams read a piece; one that is removed while it is read goes when the last has ended. */
  const readers = new Map<string, number>();
  const doomed = new Set<string>();

  const erase = async (id: string) => {
    const bytes = held.get(id);
    if (bytes === undefined) return rm(path(id), { force: true });
    heldBytes -= bytes.length;
    held.delete(id);
  };

  const release = async (piece: BodyPiece) => {
    const left = (readers.get(piece.id) ?? 1) - 1;
    if (left > 0) return void readers.set(piece.id, left);
    readers.delete(piece.id);
    if (doomed.delete(piece.id)) await erase(piece.id);
  };

  const keep = async (id: string, chunks: readonly Uint8Array[], size: number) => {
    if (options.directory !== undefined || heldBytes + size > MEMORY_BYTES) {
      return writeFile(path(id), options.fsync, chunks, undefined);
    }
    held.set(id, Buffer.concat(chunks));
    heldBytes += size;
  };

  return {
    async receive(body) {
      const id = Buffer.from(options.random.bytes(16)).toString('hex');
      const md5 = createHash('md5');
      let size = 0;
      const measured = async function* () {
        for await (const chunk of body) {
          md5.update(chunk);
          size += chunk.length;
          yield chunk;
        }
      };
      const stream = measured()[Symbol.asyncIterator]();
      const head = await gather(stream, SMALL_BYTES);
      if (head.ended) await keep(id, head.chunks, size);
      else await writeFile(path(id), options.fsync, head.chunks, stream);
      return { piece: { id, size }, size, md5: md5.digest('hex') };
    },

    read(pieces, range) {
      const wanted = [...within(pieces, range)];
      for (const { piece } of wanted) readers.set(piece.id, (readers.get(piece.id) ?? 0) + 1);
      return (async function* () {
        const unread = new Set(wanted);
        try {
          for (const part of wanted) {
            const bytes = held.get(part.piece.id);
            if (bytes) yield bytes.subarray(part.first, part.last + 1);
            else yield* readFile(path(part.piece.id), part.first, part.last);
            unread.delete(part);
            await release(part.piece);
          }
        } finally {
          for (const { piece } of unread) await release(piece);
        }
      })();
    },

    async remove(pieces) {
      for (const { id } of pieces) {
        if (readers.has(id)) doomed.add(id);
        else await erase(id);
      }
    },

    async sweep(inUse) {
      if (options.directory === undefined) return;
      const names = await readdir(options.directory);
      const left = names.filter((name) => !inUse.has(name));
      await Promise.all(left.map((name) => rm(path(name), { force: true, recursive: true })));
    },

    async close() {
      if (options.directory === undefined && folder) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Takes chunks until the stream ends or there are more than `limit` bytes. */
async function gather(stream: AsyncIterator<Uint8Array>, limit: number) {
  const chunks: Uint8Array[] = [];
  for (let size = 0; size <= limit; ) {
    const next = await stream.next();
    if (next.done) return { chunks, ended: true };
    chunks.push(next.value);
    size += next.value.length;
  }
  return { chunks, ended: false };
}

/** Writes under another name first, so that a file of the right name is always whole. */
async function writeFile(
  path: string,
  fsync: boolean,
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array> | undefined,
): Promise<void> {
  const partial = path + PARTIAL;
  const file = await open(partial, 'w');
  try {
    try {
      if (head.length > 0) await writeAll(file, head.length === 1 && head[0] ? head[0] : Buffer.concat(head));
      for (let next = await rest?.next(); next && !next.done; next = await rest?.next())
        await writeAll(file, next.value);
      if (fsync) await file.datasync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    await rest?.return?.();
    throw error;
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

async function* readFile(path: string, first: number, last: number): ByteStream {
  const file = await open(path, 'r');
  try {
    for (let at = first; at <= last; ) {
      const bytes = Buffer.allocUnsafe(Math.min(READ_BYTES, last + 1 - at));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, at);
      if (bytesRead === 0) throw new Error(`The file ${path} ends before byte ${last}`);
      at += bytesRead;
      yield bytes.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** The parts of the pieces that lie in the range, with offsets within each piece. */
function* within(pieces: readonly BodyPiece[], range: ByteRange) {
  let start = 0;
  for (const piece of pieces) {
    const first = Math.max(range.first - start, 0);
    const last = Math.min(range.last - start, piece.size - 1);
    if (first <= last) yield { piece, first, last };
    start += piece.size;
  }
}
