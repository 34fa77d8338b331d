import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers } from '../answers.ts';
import type { RunningEngine } from '../engine.ts';
import { type BrokerExtras, serverProperties } from '../kafka-settings.ts';
import { cached } from './cache.ts';
import { endProgramIn, freePort, startProgram } from './child.ts';
import { run, which } from './command.ts';
import { archiveNow, fetchJars, javaArguments, VERSION } from './kafka-java.ts';

const FORMAT_LIMIT_MS = 120_000;
/** Any will do, as long as it stays the same. */
const CLUSTER_ID = 'aGVhZHdhdGVyLWxvY2FsMQ';

/** Kafka's jars from Maven Central, a formatted empty log, and an archive of loaded classes that halves its start. */
export async function fetchKafka(): Promise<string> {
  const missing = ['java', 'mvn'].filter((program) => which(program) === undefined);
  if (missing.length > 0) throw new Error(`install ${missing.join(' and ')} (Java 17 or newer)`);
  return await cached(`kafka_2.13-${VERSION}`, async (folder) => {
    await fetchJars(folder);
    await format(folder);
    await train(folder);
  });
}

/** An empty log is formatted once; each new broker begins with a copy, which saves the start of a second Java. */
async function format(folder: string): Promise<void> {
  writeFileSync(join(folder, 'format.properties'), serverProperties(9092, 9093, join(folder, 'template')));
  const tool = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', 'format.properties'];
  await run('java', [...javaArguments(), ...tool], { cwd: folder, limitMs: FORMAT_LIMIT_MS });
  rmSync(join(folder, 'format.properties'));
}

/** Starts a broker for once, so that Java writes its archive when it ends. */
async function train(folder: string): Promise<void> {
  const training = join(folder, 'training');
  linkCache(folder, training);
  await startBroker(training, await freePort(), archiveNow(folder));
  await endProgramIn(training);
  rmSync(training, { recursive: true, force: true });
}

/** Starts a broker on loopback, whose log is in `folder`; clients find it there, or where it is told to advertise. */
export async function startKafka(
  folder: string,
  port?: number,
  advertised?: string,
  extras?: BrokerExtras,
): Promise<RunningEngine> {
  linkCache(await fetchKafka(), folder);
  const at = port ?? (await freePort());
  const { url, pid } = await startBroker(folder, at, javaArguments('kafka.jsa'), advertised, extras);
  return { name: 'kafka', url, pid, folder };
}

/** Java uses its archive only where it finds the jars under the names that they had; so they are always `lib/…`. */
function linkCache(cache: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ['lib', 'kafka.jsa', 'log4j2.properties']) {
    // The first broker of all writes the archive.
    if (existsSync(join(cache, name)) && !existsSync(join(folder, name)))
      symlinkSync(join(cache, name), join(folder, name));
  }
  const data = join(folder, 'data');
  if (!existsSync(data)) cpSync(join(cache, 'template'), data, { recursive: true });
}

async function startBroker(
  folder: string,
  port: number,
  java: readonly string[],
  advertised?: string,
  extras?: BrokerExtras,
): Promise<{ url: string; pid: number }> {
  const url = `127.0.0.1:${port}`;
  const properties = serverProperties(port, await freePort(), join(folder, 'data'), advertised, extras);
  writeFileSync(join(folder, 'server.properties'), properties);
  const args = [...java, 'kafka.Kafka', 'server.properties'];
  const pid = await startProgram({ command: 'java', args, folder, isReady: () => answers('kafka', url) });
  return { url, pid };
}
