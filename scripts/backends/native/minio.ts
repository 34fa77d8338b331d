import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers } from '../answers.ts';
import type { RunningEngine } from '../engine.ts';
import { minioEnvironment, minioUrl } from '../minio-settings.ts';
import { cached } from './cache.ts';
import { freePort, startProgram } from './child.ts';
import { run, which } from './command.ts';

/** The last state of the sources before their makers archived them. Go checks them against its public sum database. */
const VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';
/** Two processors take about five minutes. */
const BUILD_LIMIT_MS = 25 * 60_000;

/** MinIO that was built here, else from the PATH, else built now. */
export async function fetchMinio(): Promise<string> {
  const installed = which('minio');
  if (installed !== undefined) return installed;
  if (which('go') === undefined) throw new Error('install MinIO and have minio on the PATH, or install Go to build it');
  return join(await cached(`minio-${VERSION}`, build), 'minio');
}

async function build(folder: string): Promise<void> {
  console.error('minio: Go builds it now, once; two processors that do nothing else take about five minutes');
  const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0' };
  const module = `github.com/minio/minio@${VERSION}`;
  await run('go', ['install', '-ldflags', '-s -w', module], { cwd: tmpdir(), env, limitMs: BUILD_LIMIT_MS });
}

/** Starts a MinIO on loopback that tells Redis, where there is one, and a webhook of all that happens in its buckets. */
export async function startMinio(folder: string, redis?: string, port?: number): Promise<RunningEngine> {
  const command = await fetchMinio();
  const at = port ?? (await freePort());
  const url = minioUrl('127.0.0.1', at);
  const webhook = `http://127.0.0.1:${await freePort()}/minio`;
  const [data, events] = [join(folder, 'data'), join(folder, 'events')];
  for (const each of [data, events]) mkdirSync(each, { recursive: true });
  const env = minioEnvironment({ redis: redis && new URL(redis).host, webhook, events });
  const args = ['server', '--quiet', '--address', `127.0.0.1:${at}`, data];
  const pid = await startProgram({ command, args, env, folder, isReady: () => answers('minio', url) });
  return { name: 'minio', url, webhook, pid, folder };
}
