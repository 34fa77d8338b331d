import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = 'environments';

/** Where one environment keeps its temporary files; named by the process that owns it. */
export function temporaryFolder(workDir: string, count: number): string {
  return join(workDir, FOLDER, `${process.pid}-${count}`);
}

/** Removes what a Headwater that was killed left behind. */
export async function sweepTemporary(workDir: string): Promise<void> {
  const root = join(workDir, FOLDER);
  for (const name of await readdir(root).catch(() => [])) {
    const owner = Number(name.split('-')[0]);
    if (owner !== process.pid && !isRunning(owner)) await rm(join(root, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  if (existsSync('/proc/self')) return existsSync(`/proc/${pid}`);
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
