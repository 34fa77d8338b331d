import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineName, RunningEngine } from '../../scripts/backends/engine.ts';
import { endProgramIn, freePort, isAlive } from '../../scripts/backends/native/child.ts';
import { startKafka } from '../../scripts/backends/native/kafka.ts';
import { startMinio } from '../../scripts/backends/native/minio.ts';
import { startRedis } from '../../scripts/backends/native/redis.ts';
import { realClock, sleep } from '../../src/core/clock.ts';
import { type BackendProxy, openBackendProxy } from '../support/backend-proxy.ts';

/** A real backend of a test's own, behind a line, that the test may treat as it likes. */
export interface FaultyEngine extends AsyncDisposable {
  /** Where it is reached, by the line. */
  readonly url: string;
  readonly line: BackendProxy;
  /** Starts it, on what it holds. */
  start(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
}

const starters: Readonly<Record<EngineName, (folder: string, port: number, line: string) => Promise<RunningEngine>>> = {
  redis: (folder, port) => startRedis(folder, port),
  minio: (folder, port) => startMinio(folder, undefined, port),
  kafka: startKafka,
};

/** How an engine is addressed, by host and port. */
const urlOf: Readonly<Record<EngineName, (address: string) => string>> = {
  redis: (address) => `redis://${address}`,
  minio: (address) => `http://headwater:headwater-local@${address}`,
  kafka: (address) => address,
};

/** It is not started yet. */
export async function createFaultyEngine(name: EngineName): Promise<FaultyEngine> {
  const folder = mkdtempSync(join(tmpdir(), `headwater-${name}-`));
  const port = await freePort();
  const line = await openBackendProxy(`http://127.0.0.1:${port}`);
  const { host } = new URL(line.url);
  let pid = 0;
  return {
    url: urlOf[name](host),
    line,
    async start() {
      pid = (await starters[name](folder, port, host)).pid ?? 0;
    },
    stop: () => endProgramIn(folder),
    async kill() {
      process.kill(pid, 'SIGKILL');
      while (isAlive(pid)) await sleep(realClock, 5);
    },
    pause: () => process.kill(pid, 'SIGSTOP'),
    resume: () => process.kill(pid, 'SIGCONT'),
    async [Symbol.asyncDispose]() {
      if (pid !== 0 && isAlive(pid)) process.kill(pid, 'SIGCONT');
      await endProgramIn(folder);
      await line[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
