import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MINUTE, realClock } from '../core/clock.ts';

/**
 * The AWS SDKs that AWS puts into its runtimes, fetched by package name through the user's own npm and pip when a function
 * first needs them. Each set of packages has a folder of its own that never changes once it is there, so running functions
 * are not disturbed and two processes may fill the cache at the same time: the later one finds the folder and drops its own.
 */
export interface SdkCache {
  /** A folder whose `node_modules` holds these packages; `undefined` when they could not be fetched (the user was told). */
  node(packages: readonly string[]): Promise<string | undefined>;
  /** A folder to put on the import path of this interpreter. */
  python(interpreter: string, version: string): Promise<string | undefined>;
  /** What is there, for `doctor`. */
  describe(): Promise<{
    readonly folder: string;
    readonly node: readonly string[];
    readonly python: readonly string[];
  }>;
}

/** The newest versions that we fetch; a package that has no such version is taken at its newest one below. */
const NODE_SDK = '3.1169.0';
const PYTHON_SDK = '1.44.5';
const FETCH_TIMEOUT_MS = 5 * MINUTE;
/** After a failure, functions are not held up by another try for so long. */
const PAUSE_AFTER_FAILURE_MS = MINUTE;
const LIST = 'packages.json';
/**
 * A caller waits meanwhile, so a registry that cannot be reached is tried once more, soon, and not for a minute. The reason
 * of a failure is read from what npm prints, whatever the user's own settings silence.
 */
const NPM_OPTIONS = [
  ...['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
  ...['--fetch-retries=1', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=1000'],
];
const PIP_OPTIONS = ['--quiet', '--no-input', '--disable-pip-version-check', '--retries=1'];

interface Fetch {
  readonly folder: string;
  readonly packages: readonly string[];
  readonly command: string;
  readonly args: (target: string) => readonly string[];
}

/** Makes the cache in `cacheDir`, which is made when something is fetched. */
export function createSdkCache(options: {
  readonly cacheDir: string;
  readonly warn: (line: string) => void;
}): SdkCache {
  const nodeRoot = join(options.cacheDir, 'nodejs');
  const pythonRoot = join(options.cacheDir, 'python');
  const fetcher = new Fetcher(options.warn);
  return {
    async node(packages) {
      const wanted = [...new Set(packages)].sort();
      const present = await findSuperset(nodeRoot, wanted);
      if (present !== undefined) return present;
      const key = createHash('sha256')
        .update(`${NODE_SDK} ${wanted.join(' ')}`)
        .digest('hex')
        .slice(0, 16);
      const pinned = wanted.map((name) => (name.startsWith('@aws-sdk/') ? `${name}@<=${NODE_SDK}` : name));
      return await fetcher.ensure({
        folder: join(nodeRoot, key),
        packages: wanted,
        command: 'npm',
        args: (target) => ['install', '--prefix', target, ...NPM_OPTIONS, ...pinned],
      });
    },
    python(interpreter, version) {
      const pip = ['-m', 'pip', 'install', ...PIP_OPTIONS];
      const line = version.split('.').slice(0, 2).join('.');
      return fetcher.ensure({
        folder: join(pythonRoot, `boto3-${PYTHON_SDK}-python${line}`),
        packages: ['boto3'],
        command: interpreter,
        args: (target) => [...pip, '--target', target, `boto3<=${PYTHON_SDK}`],
      });
    },
    async describe() {
      const node = await Promise.all((await foldersIn(nodeRoot)).map(packagesOf));
      const python = (await foldersIn(pythonRoot)).map(nameOf);
      return { folder: options.cacheDir, node: [...new Set(node.flat())].sort(), python };
    },
  };
}

/** Fills folders, each once at a time. */
class Fetcher {
  readonly #warn: (line: string) => void;
  readonly #running = new Map<string, Promise<string | undefined>>();
  readonly #failedAtMs = new Map<string, number>();

  constructor(warn: (line: string) => void) {
    this.#warn = warn;
  }

  /** The folder once it is filled; `undefined` when that failed now or a moment ago. */
  async ensure(fetch: Fetch): Promise<string | undefined> {
    if (await isFilled(fetch.folder)) return fetch.folder;
    const failedAtMs = this.#failedAtMs.get(fetch.folder);
    if (failedAtMs !== undefined && realClock.nowMs() - failedAtMs < PAUSE_AFTER_FAILURE_MS) return undefined;
    const running = this.#running.get(fetch.folder);
    if (running) return await running;
    const filling = this.#fill(fetch).finally(() => this.#running.delete(fetch.folder));
    this.#running.set(fetch.folder, filling);
    return await filling;
  }

  async #fill(fetch: Fetch): Promise<string | undefined> {
    const named = fetch.packages.join(', ');
    const root = dirname(fetch.folder);
    await mkdir(root, { recursive: true });
    const target = await mkdtemp(join(root, '.filling-'));
    try {
      this.#warn(`Fetching ${named}, which AWS's runtime has built in; this happens once (cache: ${root})`);
      await run(fetch.command, fetch.args(target));
      await writeFile(join(target, LIST), JSON.stringify(fetch.packages));
      await rename(target, fetch.folder).catch(async (cause) => {
        if (!(await isFilled(fetch.folder))) throw cause;
      });
      return fetch.folder;
    } catch (cause) {
      this.#failedAtMs.set(fetch.folder, realClock.nowMs());
      this.#warn(
        `Could not fetch ${named}: ${reasonOf(cause)}. Pack it with the function's code, or make the registry reachable and invoke again`,
      );
      return undefined;
    } finally {
      await rm(target, { recursive: true, force: true });
    }
  }
}

const nameOf = (folder: string) => folder.slice(folder.lastIndexOf('/') + 1);

/** Folders that are filled; those in the making begin with a dot. */
async function foldersIn(root: string): Promise<readonly string[]> {
  const names = await readdir(root).catch(() => []);
  return names.filter((name) => !name.startsWith('.')).map((name) => join(root, name));
}

async function packagesOf(folder: string): Promise<readonly string[]> {
  const text = await readFile(join(folder, LIST), 'utf8').catch(() => '[]');
  return JSON.parse(text) as readonly string[];
}

const isFilled = async (folder: string) => (await packagesOf(folder)).length > 0;

async function findSuperset(root: string, wanted: readonly string[]): Promise<string | undefined> {
  for (const folder of await foldersIn(root)) {
    const present = new Set(await packagesOf(folder));
    if (present.size > 0 && wanted.every((name) => present.has(name))) return folder;
  }
  return undefined;
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: FETCH_TIMEOUT_MS, maxBuffer: 2 ** 24 }, (error, _stdout, stderr) => {
      if (error) reject(new Error(failureLine(stderr) ?? error.message, { cause: error }));
      else resolve();
    });
  });
}

/** The line that says why: npm ends with where its log lies, and pip with a version that it never could look for. */
function failureLine(stderr: string): string | undefined {
  const lines = stderr.split('\n').map((line) => line.trim());
  const unreachable = lines.map((line) =>
    /request to .* failed, reason: .*|(?:Failed to establish|Read timed out)[^'"]*/.exec(line),
  );
  const failure = lines.find((line) => /^(?:npm (?:error|ERR!) (?!code |errno |syscall )|ERROR: )/.test(line));
  const reason = unreachable.find((match) => match !== null)?.[0] ?? failure;
  return (reason ?? lines.findLast((line) => line !== ''))?.replace(/^npm (?:error|ERR!) /, '');
}

const reasonOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
