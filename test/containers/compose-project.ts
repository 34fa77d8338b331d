import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { answeringEngine } from '../../scripts/backends/containers/docker-socket.ts';
import { freePort } from '../../scripts/backends/native/child.ts';
import { projectRoot } from '../support/source-files.ts';

const run = promisify(execFile);
const MINUTE = 60_000;

/** Our docker-compose.yml as a project of its own, on free ports, running `test/containers/project`. */
export interface ComposeProject extends AsyncDisposable {
  /** Published on loopback. */
  readonly ports: {
    readonly headwater: number;
    readonly redis: number;
    readonly kafka: number;
    readonly minio: number;
  };
  /** Starts a service and what it needs, and resolves when all of it is healthy; rejects with the logs when it is not. */
  up(service: string): Promise<void>;
  /** Ends all containers and keeps their volumes. */
  down(...options: readonly string[]): Promise<void>;
  /** Runs `docker compose …` and resolves with what it prints. */
  compose(...args: readonly string[]): Promise<string>;
  /** Ends a service's container at once, as a crash would. Not `compose kill`: that ends those of `compose run` too. */
  kill(service: string): Promise<void>;
}

/** Builds the image. Nothing is up yet; all of it, volumes too, goes when the project is disposed. */
export async function openComposeProject(name: string): Promise<ComposeProject> {
  if ((await answeringEngine()) === undefined) {
    throw new Error('no container engine answers: start one, or see .ci/containers/engine');
  }
  const ports = {
    headwater: await freePort(),
    redis: await freePort(),
    kafka: await freePort(),
    minio: await freePort(),
  };
  const env = {
    ...process.env,
    COMPOSE_PROJECT_NAME: `${name}-${process.pid}`,
    HEADWATER_PROJECT: join(projectRoot, 'test/containers/project'),
    HEADWATER_PORT: String(ports.headwater),
    REDIS_PORT: String(ports.redis),
    KAFKA_PORT: String(ports.kafka),
    MINIO_PORT: String(ports.minio),
  };
  const docker = async (limitMs: number, ...args: readonly string[]) => {
    const { stdout } = await run('docker', args, { cwd: projectRoot, env, timeout: limitMs });
    return stdout;
  };
  const compose = async (...args: readonly string[]) => await docker(3 * MINUTE, 'compose', ...args);
  await docker(15 * MINUTE, 'compose', 'build', 'headwater');
  const down = async (...options: readonly string[]) => {
    await compose('--profile', 'embedded', 'down', '--remove-orphans', '--timeout', '5', ...options);
  };
  return {
    ports,
    up: async (service) => {
      try {
        await compose('up', '--detach', '--wait', '--wait-timeout', '150', '--no-build', service);
      } catch (cause) {
        throw new Error(`${service} did not come up:\n${await compose('logs', '--tail', '30')}`, { cause });
      }
    },
    down,
    compose,
    kill: async (service) => {
      const container = await compose('ps', '--quiet', service);
      await docker(MINUTE, 'kill', '--signal', 'KILL', container.trim());
    },
    [Symbol.asyncDispose]: async () => await down('--volumes'),
  };
}
