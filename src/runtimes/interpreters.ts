import { execFile } from 'node:child_process';
import { access, constants, readdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, join, resolve } from 'node:path';
import type { RuntimeSupport } from '../core/dispatch.ts';
import { distance, isOfLine, newestFirst, parseVersion, type Version } from './versions.ts';

/** Where one language's interpreters may be. */
export interface InterpreterPlaces {
  /** File names on PATH, e.g. `python3.13` for a wanted 3.13. */
  readonly names: (wanted: Version) => readonly string[];
  /** Folders of version managers: `root/<version>/<file>`; missing ones are skipped. */
  readonly installed: readonly { readonly root: string; readonly file: string; readonly prefix?: string }[];
  /** Interpreters that are known without asking, e.g. the one that runs us. */
  readonly known?: readonly Interpreter[];
}

export interface Interpreter {
  readonly path: string;
  readonly version: Version;
}

/** Finds the interpreter of exactly the wanted version, else the nearest. */
export interface InterpreterSearch {
  /** @param explicit a path that the user gave for this identifier */
  find(wanted: Version, explicit: string | undefined): Promise<RuntimeSupport | undefined>;
}

/** Looks when it is first asked, then remembers. */
export function createInterpreterSearch(places: InterpreterPlaces): InterpreterSearch {
  let managed: Promise<readonly Interpreter[]> | undefined;
  const onPath = new Map(
    (places.known ?? []).map((known) => [known.path, Promise.resolve<Interpreter | undefined>(known)]),
  );
  const versionOf = (path: string): Promise<Interpreter | undefined> => {
    const found = onPath.get(path) ?? askVersion(path);
    onPath.set(path, found);
    return found;
  };

  async function candidates(wanted: Version): Promise<readonly Interpreter[]> {
    managed ??= listManaged(places);
    const named = await pathsOf(places.names(wanted));
    const asked = await Promise.all(named.map(versionOf));
    return [...(places.known ?? []), ...asked.filter((found) => found !== undefined), ...(await managed)];
  }

  return {
    async find(wanted, explicit) {
      if (explicit !== undefined) {
        const found = await versionOf(resolve(explicit));
        return found && supportOf(found, wanted);
      }
      const [best] = [...(await candidates(wanted))].sort(
        (left, right) =>
          distance(left.version, wanted) - distance(right.version, wanted) || newestFirst(left.version, right.version),
      );
      return best && supportOf(best, wanted);
    },
  };
}

const supportOf = ({ path, version }: Interpreter, wanted: Version): RuntimeSupport => ({
  path,
  version: version.join('.'),
  exact: isOfLine(version, wanted),
});

async function listManaged(places: InterpreterPlaces): Promise<readonly Interpreter[]> {
  const found = await Promise.all(
    places.installed.map(async ({ root, file, prefix }) => {
      const entries = await readdir(root).catch(() => []);
      const named = entries.filter((entry) => prefix === undefined || entry.startsWith(prefix));
      return await Promise.all(named.map((entry) => interpreterIn(join(root, entry, file), basename(entry))));
    }),
  );
  return found.flat().filter((interpreter) => interpreter !== undefined);
}

/** The folder's name tells the version; one that names only a line (`22`, `lts`) is a link to a folder that does. */
async function interpreterIn(path: string, folder: string): Promise<Interpreter | undefined> {
  const version = parseVersion(folder);
  if (!version || version.length < 2 || !(await isExecutable(path))) return undefined;
  return { path, version };
}

/** Executables of these names on PATH. Shims are left out: they choose a version by the folder they run in. */
async function pathsOf(names: readonly string[]): Promise<readonly string[]> {
  const folders = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder && !/[/\\]shims$/.test(folder));
  const paths = new Set<string>();
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await isExecutable(path)) paths.add(await realpath(path));
    }
  }
  return [...paths];
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** For one that hangs; on a busy machine each takes seconds, and would count as missing. */
const ASK_TIMEOUT_MS = 20_000;

function askVersion(path: string): Promise<Interpreter | undefined> {
  return new Promise((resolve) => {
    execFile(path, ['--version'], { timeout: ASK_TIMEOUT_MS }, (_error, stdout, stderr) => {
      const version = parseVersion(`${stdout}${stderr}`);
      resolve(version && version.length > 1 ? { path, version } : undefined);
    });
  });
}

/** A folder below the home folder, or where the variable says that it is. */
export const homeFolder = (variable: string, ...path: readonly string[]): string =>
  process.env[variable] ?? join(homedir(), ...path);
