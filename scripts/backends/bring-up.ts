import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { answers } from './answers.ts';
import { endContainers, startContainers } from './containers/containers.ts';
import { answeringEngine } from './containers/docker-socket.ts';
import type { EngineName, RunningEngine } from './engine.ts';
import { endProgramIn } from './native/child.ts';
import { fetchKafka, startKafka } from './native/kafka.ts';
import { fetchMinio, startMinio } from './native/minio.ts';
import { fetchRedis, startRedis } from './native/redis.ts';
import { readState, runFolder, writeState } from './state.ts';

/** As processes of this machine, or in containers. */
export type Way = 'native' | 'containers';

/** Gets a line for people. */
export type Tell = (line: string) => void;

/** Gets what an engine runs from into the cache. */
export const fetchers: Readonly<Record<EngineName, () => Promise<string>>> = {
  redis: fetchRedis,
  minio: fetchMinio,
  kafka: fetchKafka,
};

/**
 * Brings up those of the engines that are not up: in containers where a container engine answers, else as processes, or in
 * the way that is asked for. Resolves with those that are up then; what could not be brought up is told with its reason.
 */
export async function bringUp(
  names: readonly EngineName[],
  way: Way | undefined,
  tell: Tell,
): Promise<readonly RunningEngine[]> {
  const { engines: known, network } = readState();
  const up = await stillUp(known);
  const wanted = names.filter((name) => !up.some((engine) => engine.name === name));
  if (wanted.length === 0) return up;
  const started = await startAll(wanted, up, way, tell);
  const engines = [...up, ...started.engines];
  writeState({ engines, network: started.network ?? network });
  return engines;
}

/** Which of these engines answer. */
export async function stillUp(engines: readonly RunningEngine[]): Promise<readonly RunningEngine[]> {
  const answering = await Promise.all(engines.map(async ({ name, url }) => await answers(name, url)));
  return engines.filter((_, index) => answering[index]);
}

interface StartedEngines {
  readonly engines: readonly RunningEngine[];
  readonly network?: string;
}

async function startAll(
  wanted: readonly EngineName[],
  up: readonly RunningEngine[],
  way: Way | undefined,
  tell: Tell,
): Promise<StartedEngines> {
  if (way !== 'native') {
    const host = await answeringEngine();
    if (host !== undefined) {
      try {
        return await startContainers(wanted);
      } catch (error) {
        tell(`containers of the engine at ${host} did not start: ${messageOf(error)}`);
      }
    } else if (way === 'containers') tell('no container engine answers; see DOCKER_HOST');
    if (way === 'containers') return { engines: [] };
  }
  return { engines: await startPrograms(wanted, up, tell) };
}

/** Starts what can be started. MinIO is told where Redis is, so it waits for it; nothing else waits. */
async function startPrograms(
  wanted: readonly EngineName[],
  up: readonly RunningEngine[],
  tell: Tell,
): Promise<readonly RunningEngine[]> {
  const start = async (name: EngineName, starting: (folder: string) => Promise<RunningEngine>) => {
    if (!wanted.includes(name)) return up.find((engine) => engine.name === name);
    try {
      return await starting(folderOf(name));
    } catch (error) {
      return void tell(`${name} could not be brought up: ${messageOf(error)}`);
    }
  };
  const redis = start('redis', startRedis);
  const minio = start('minio', async (folder) => await startMinio(folder, (await redis)?.url));
  const kafka = start('kafka', startKafka);
  const engines = await Promise.all([redis, minio, kafka]);
  return engines.flatMap((engine) => (engine !== undefined && wanted.includes(engine.name) ? [engine] : []));
}

/** Ends these engines with all that they held, also those that an interrupted start has left behind. */
export async function takeDown(names: readonly EngineName[]): Promise<void> {
  const { engines, network } = readState();
  for (const folder of names.map(folderOf)) {
    await endProgramIn(folder);
    rmSync(folder, { recursive: true, force: true });
  }
  const remaining = engines.filter(({ name }) => !names.includes(name));
  const inContainers = ({ container }: RunningEngine) => container !== undefined;
  const keepsNetwork = remaining.some(inContainers);
  const ending = engines.filter((engine) => inContainers(engine) && !remaining.includes(engine));
  if (ending.length > 0) await endContainers(ending, keepsNetwork ? undefined : network);
  writeState({ engines: remaining, network: keepsNetwork ? network : undefined });
}

const folderOf = (name: EngineName): string => join(runFolder, name);

/** What went wrong, in one line or with the output of the program that failed. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
