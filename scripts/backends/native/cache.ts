import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from './child.ts';

const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'headwater', 'backends');

/** How often a process looks whether another one has filled the cache. */
const LOOK_MS = 200;

/**
 * A folder of the cache that is filled once and then never changes. It appears under its name when it is complete, so that
 * who finds it can use it; of several processes that want it, one fills it and the others wait.
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cacheFolder, { recursive: true });
  const lock = `${folder}.lock`;
  while (!takes(lock)) {
    await pause(LOOK_MS);
    if (existsSync(folder)) return folder;
  }
  try {
    if (!existsSync(folder)) await filled(folder, fill);
  } finally {
    rmSync(lock, { force: true });
  }
  return folder;
}

async function filled(folder: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    await fill(unfinished);
    renameSync(unfinished, folder);
  } catch (error) {
    // Somebody else was faster after all: what he made is as good.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/**
 * Takes the lock, a file with the number of its process; that of a process which ended is put away first. Two that put it
 * away at the same moment may both fill the folder: work done twice, but the folder is whole all the same.
 */
function takes(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    if (!isAlive(Number(readFileSync(lock, 'utf8')))) rmSync(lock, { force: true });
  } catch {
    // It was given back just now.
  }
  return false;
}

/** One sum over the names and contents of a folder's files. */
export function sumOf(folder: string): string {
  const sum = createHash('sha256');
  for (const file of readdirSync(folder).sort()) {
    sum.update(`${file}\0`).update(
      createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest(),
    );
  }
  return sum.digest('hex');
}
