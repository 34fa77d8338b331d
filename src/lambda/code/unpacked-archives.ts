import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../core/random.ts';
import { unpackArchive } from './archive.ts';

/** Archives as folders, by content: unpacked once, and whole or not there. */
export interface UnpackedArchives {
  /** `archive` is asked for only when it is not unpacked yet; a broken one is refused. */
  folderOf(sha256: string, archive: () => Promise<Uint8Array>): Promise<string>;
  clear(): Promise<void>;
}

/** @param options `inUse` names what must stay when the folder of an earlier process is tidied */
export function createUnpackedArchives(options: {
  readonly root: string;
  readonly random: Random;
  readonly inUse: () => Promise<ReadonlySet<string>>;
}): UnpackedArchives {
  const { root, random } = options;
  const unpacked = new Map<string, Promise<string>>();

  const prune = async () => {
    const inUse = await options.inUse();
    const left = (await readdir(root).catch(() => [])).filter((name) => !inUse.has(name));
    await Promise.all(left.map((name) => rm(join(root, name), { recursive: true, force: true })));
  };
  let pruned: Promise<void> | undefined;

  const unpack = async (folder: string, archive: () => Promise<Uint8Array>): Promise<string> => {
    pruned ??= prune();
    await pruned;
    if (existsSync(folder)) return folder;
    const half = join(root, `.half-${random.uuid()}`);
    await mkdir(half, { recursive: true });
    try {
      await unpackArchive(await archive(), half);
      await rename(half, folder);
    } finally {
      await rm(half, { recursive: true, force: true });
    }
    return folder;
  };

  return {
    folderOf(sha256, archive) {
      const known = unpacked.get(sha256);
      if (known) return known;
      const folder = unpack(join(root, sha256), archive);
      unpacked.set(sha256, folder);
      folder.catch(() => unpacked.delete(sha256));
      return folder;
    },
    async clear() {
      unpacked.clear();
      await rm(root, { recursive: true, force: true });
    },
  };
}
