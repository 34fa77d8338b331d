import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The Python clients of these tests, with everything pinned that decides what goes over the wire. */
const PACKAGES = ['boto3==1.43.11', 'botocore==1.43.11', 'awscli==1.45.11'];

/** Where the clients are, or why there are none. */
export type PythonClients =
  | { readonly kind: 'present'; readonly python: string; readonly aws: string }
  | { readonly kind: 'absent'; readonly reason: string };

/** Installs boto3 and the AWS CLI by name into a cache outside the checkout, once for each set of pins. */
export async function pythonClients(): Promise<PythonClients> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const key = createHash('sha256').update(PACKAGES.join()).digest('hex').slice(0, 12);
  const folder = join(cache, 'headwater/wire-clients', key);
  if (!existsSync(join(folder, 'complete'))) {
    const reason = await install(folder);
    if (reason !== undefined) return { kind: 'absent', reason };
  }
  return { kind: 'present', python: join(folder, 'bin/python'), aws: join(folder, 'bin/aws') };
}

async function install(folder: string): Promise<string | undefined> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, '..'), { recursive: true });
  try {
    await run('python3', ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 9))']);
  } catch {
    return 'boto3 and the AWS CLI need Python 3.9 or newer with venv, and there is none';
  }
  try {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin/python'), [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      ...PACKAGES,
    ]);
    // Written last: a folder without it was left behind half-way.
    await writeFile(join(folder, 'installing'), PACKAGES.join('\n'));
    await rename(join(folder, 'installing'), join(folder, 'complete'));
    return undefined;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const lines = String((error as { readonly stderr?: string }).stderr ?? error)
      .trim()
      .split('\n');
    return `boto3 and the AWS CLI could not be installed by name: ${lines.at(-1)}`;
  }
}
