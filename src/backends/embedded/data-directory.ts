import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { HeadwaterError } from '../../core/errors.ts';

/** The file that says which process has the directory. */
const LOCK_FILE = 'headwater.pid';

/**
 * Takes a data directory for this process, making it where it is missing; disposing gives it back. Two processes in one
 * directory would overwrite each other's state, so a second one is refused and told who the first is. What a killed
 * process left behind is taken over.
 */
export function lockDataDirectory(dataDir: string): Disposable {
  const file = join(dataDir, LOCK_FILE);
  makeFolder(dataDir);
  if (!claim(file)) {
    const left = readFileSync(file, 'utf8');
    if (isAlive(left)) throw taken(dataDir, left);
    if (!takeAway(file, left) || !claim(file)) throw taken(dataDir, readFileSync(file, 'utf8'));
  }
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

/** Node's own recursive way never ends where a folder can hold none, as below /proc. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    makeFolder(dirname(folder));
    mkdirSync(folder);
  }
}

/**
 * Throws when a folder that is missing cannot be made. Not the folder itself is tried but one beside it that is nobody's:
 * a process that starts meanwhile keeps what it makes.
 */
export function tryMaking(folder: string): void {
  const above = dirname(folder);
  if (!existsSync(above) && above !== folder) tryMaking(above);
  else rmdirSync(mkdtempSync(join(above, '.headwater-')));
}

function taken(dataDir: string, owner: string): HeadwaterError {
  return new HeadwaterError(
    'DATA_DIRECTORY_IN_USE',
    `The data directory ${dataDir} is in use by process ${pidOf(owner)}; stop that one, or choose another with --data-dir, or --ephemeral`,
  );
}

/** `false` when the file is there already. */
function claim(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid} ${startOf(process.pid) ?? ''}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a dead process, unless somebody else did so first and holds a lock of their own by now. */
function takeAway(file: string, stale: string): boolean {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return true;
  }
  const isStale = readFileSync(aside, 'utf8') === stale;
  if (!isStale) linkSync(aside, file);
  rmSync(aside, { force: true });
  return isStale;
}

const pidOf = (lock: string) => Number.parseInt(lock, 10);

/** A process id may have been given to another process since: where the system tells, its start time must agree. */
function isAlive(lock: string): boolean {
  const pid = pidOf(lock);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const [, started] = lock.trim().split(' ');
  const now = startOf(pid);
  return now !== DEAD && (started === undefined || now === undefined || started === now);
}

/** Of a process that has ended and whose parent has not asked how: in a container without an init nobody ever does. */
const DEAD = 'dead';

/** When a process started, in ticks since the machine did; Linux only. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in parentheses and may hold spaces; behind it are the state and, as 20th, the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? DEAD : fields[19];
  } catch {
    return undefined;
  }
}
