import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlobStore } from '../../core/ports/blob-store.ts';

/** Blobs as files named by their content; in memory when there is no folder, which is what `--ephemeral` keeps. */
export function openBlobStore(
  options: { readonly folder?: string | undefined; readonly fsync?: boolean } = {},
): BlobStore {
  const { folder, fsync = false } = options;
  return folder === undefined ? memoryBlobStore() : fileBlobStore(folder, fsync);
}

function memoryBlobStore(): BlobStore {
  const blobs = new Map<string, Uint8Array>();
  return {
    driver: 'embedded',
    async put(bytes) {
      const sha256 = nameOf(bytes);
      if (!blobs.has(sha256)) blobs.set(sha256, Uint8Array.from(bytes));
      return sha256;
    },
    get: async (sha256) => blobs.get(sha256),
    remove: async (sha256) => void blobs.delete(sha256),
    [Symbol.asyncDispose]: async () => blobs.clear(),
  };
}

function fileBlobStore(folder: string, fsync: boolean): BlobStore {
  const turns = new Map<string, Promise<unknown>>();
  const pathOf = (sha256: string) => join(folder, sha256.slice(0, 2), sha256);

  /** Writing and removing the same content take turns, so that what was stored last is not removed by what came before. */
  const inTurn = (sha256: string, act: () => Promise<void>): Promise<void> => {
    const turn = (turns.get(sha256) ?? Promise.resolve()).then(act);
    const settled = turn.catch(() => {}).finally(() => turns.get(sha256) === settled && turns.delete(sha256));
    turns.set(sha256, settled);
    return turn;
  };

  return {
    driver: 'embedded',
    async put(bytes) {
      const sha256 = nameOf(bytes);
      await inTurn(sha256, async () => {
        if (!(await isFile(pathOf(sha256)))) await writeWhole(pathOf(sha256), bytes, fsync);
      });
      return sha256;
    },
    async get(sha256) {
      return await readFile(pathOf(sha256)).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
    },
    remove: (sha256) => inTurn(sha256, () => rm(pathOf(sha256), { force: true })),
    [Symbol.asyncDispose]: async () => void (await Promise.all(turns.values())),
  };
}

/** Written beside and renamed, so that a file of that name is always whole, whenever the process is killed. */
async function writeWhole(path: string, bytes: Uint8Array, fsync: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const half = `${path}.half`;
  const file = await open(half, 'w');
  try {
    await file.writeFile(bytes);
    if (fsync) await file.sync();
  } finally {
    await file.close();
  }
  await rename(half, path);
}

const nameOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const isFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT';
