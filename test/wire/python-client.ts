import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { clientFolder } from './client-folder.ts';

const run = promisify(execFile);

/** What each client installs, with everything pinned that decides what goes over the wire. */
const PACKAGES = {
  boto3: ['boto3==1.43.11', 'botocore==1.43.11'],
  aws: ['awscli==1.45.11', 'botocore==1.43.11'],
} as const;

/** Where a client's programs are, or why there are none. */
export type PythonClient =
  | { readonly kind: 'present'; readonly bin: string }
  | { readonly kind: 'absent'; readonly reason: string };

/** Installs a client by name into a cache outside the checkout, once for each set of pins. One test file a client. */
export async function pythonClient(name: keyof typeof PACKAGES): Promise<PythonClient> {
  const packages = PACKAGES[name];
  const folder = clientFolder(name, createHash('sha256').update(packages.join()));
  if (!existsSync(join(folder, 'complete'))) {
    const reason = await install(folder, packages);
    if (reason !== undefined) return { kind: 'absent', reason };
  }
  return { kind: 'present', bin: join(folder, 'bin') };
}

async function install(folder: string, packages: readonly string[]): Promise<string | undefined> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  try {
    await run('python3', ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 9))']);
  } catch {
    return 'it needs Python 3.9 or newer with venv, and there is none';
  }
  try {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin/python'), [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      ...packages,
    ]);
    // Written last: a folder without it was left behind half-way.
    await writeFile(join(folder, 'complete'), `${packages.join('\n')}\n`);
    return undefined;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const lines = String((error as { readonly stderr?: string }).stderr ?? error)
      .trim()
      .split('\n');
    return `it could not be installed by name: ${lines.at(-1)}`;
  }
}
