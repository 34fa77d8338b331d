import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Gives functions folders of their own where AWS has them, in a mount namespace. */
export interface FileIsolation {
  /** The means, for people. */
  readonly method: string;
  /** Where the function sees its code: `/var/task` where the host has such a folder to cover, else where it lies. */
  readonly taskRoot: string | undefined;
  /** The command that runs `command` so. `kept` are folders that it needs even if they lie below `/tmp`. */
  wrap(inner: InnerCommand): { readonly command: string; readonly args: readonly string[] };
}

/** What is to run in folders of its own. */
export interface InnerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly codeDir: string;
  /** Becomes `/tmp`. */
  readonly temporary: string;
  readonly kept: readonly string[];
  /** Whether the code is shown at {@link FileIsolation.taskRoot}. */
  readonly relocated: boolean;
  readonly libraryPath: string;
}

/** Where AWS puts a function's code. */
export const TASK_ROOT = '/var/task';
const TEMPORARY = '/tmp';

/** Tries whether this host lets us; `undefined` when not. Takes some milliseconds, once. */
export async function findFileIsolation(assets: string, workDir: string): Promise<FileIsolation | undefined> {
  const unshare = find('unshare');
  const mount = find('mount');
  if (unshare === undefined || mount === undefined) return undefined;
  const isRoot = process.getuid?.() === 0;
  const isolation: FileIsolation = {
    method: isRoot ? 'private to each environment (mount namespace)' : 'private to each environment (user namespace)',
    taskRoot: existsSync(TASK_ROOT) ? TASK_ROOT : undefined,
    wrap: (inner) => ({
      command: unshare,
      args: [
        ...(isRoot ? [] : ['--user', '--map-root-user']),
        '--mount',
        '/bin/sh',
        join(assets, 'isolate.sh'),
        mount,
        inner.libraryPath,
        ...bindings(inner),
        '--',
        inner.command,
        ...inner.args,
      ],
    }),
  };
  return (await works(isolation, workDir)) ? isolation : undefined;
}

/** Pairs of what is shown and where, in the order in which they are mounted: `/tmp` last, because it covers the others. */
function bindings({ codeDir, temporary, kept, relocated }: InnerCommand): readonly string[] {
  const below = [...new Set([...kept, ...(relocated ? [] : [codeDir])])].filter((path) =>
    path.startsWith(`${TEMPORARY}/`),
  );
  const shown = below.flatMap((path) => {
    const place = join(temporary, path.slice(TEMPORARY.length));
    mkdirSync(place, { recursive: true });
    return [path, place];
  });
  return [...shown, ...(relocated ? [codeDir, TASK_ROOT] : []), temporary, TEMPORARY];
}

function works(isolation: FileIsolation, workDir: string): Promise<boolean> {
  mkdirSync(workDir, { recursive: true });
  const temporary = mkdtempSync(join(workDir, 'probe-'));
  const inner = {
    command: '/bin/true',
    args: [],
    codeDir: '/',
    temporary,
    kept: [],
    relocated: false,
    libraryPath: '',
  };
  const { command, args } = isolation.wrap(inner);
  return new Promise((resolve) => {
    execFile(command, args, { env: { LAMBDA_TASK_ROOT: '/' } }, (error) => {
      rmSync(temporary, { recursive: true, force: true });
      resolve(error === null);
    });
  });
}

const find = (name: string) =>
  ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].map((folder) => join(folder, name)).find((path) => existsSync(path));
