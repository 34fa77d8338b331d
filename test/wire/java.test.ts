// The unmodified SDK for Java reads and writes streams and tables, in CBOR as it comes and in JSON:
// https://docs.aws.amazon.com/sdk-for-java/latest/developer-guide/
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../support/simulator.ts';
import { projectRoot } from '../support/source-files.ts';
import { clientEnvironment } from './client-environment.ts';
import { type JavaClient, javaClient } from './java-client.ts';

type Facts = ReadonlyMap<string, string>;
const INSTALL_MS = 300_000;

const run = promisify(execFile);
/** Programs that run for seconds only are done sooner without the second compiler. */
const FIRST_COMPILER = '-XX:TieredStopAtLevel=1';

/** Compiled, as beans are not found by the SDK when `java` runs a source file. */
async function compile(classPath: string, folder: string): Promise<string> {
  const source = join(projectRoot, 'test/wire/streams_journey.java');
  await run('javac', [
    `-J${FIRST_COMPILER}`,
    '-encoding',
    'UTF-8',
    '-nowarn',
    '-proc:none',
    '-cp',
    classPath,
    '-d',
    folder,
    source,
  ]);
  return [folder, classPath].join(delimiter);
}

async function travel(classPath: string, endpoint: string): Promise<Facts> {
  const env = { ...clientEnvironment(endpoint), AWS_REGION: 'us-east-1' };
  const java = [FIRST_COMPILER, '-Dstdout.encoding=UTF-8', '-Dfile.encoding=UTF-8', '-cp', classPath, 'StreamsJourney'];
  const { stdout } = await run('java', java, { env, timeout: 150_000 });
  const lines = stdout.trim().split('\n');
  return new Map(lines.map((line) => JSON.parse(line)).map(({ step, value }) => [step, value]));
}

describe('the SDK for Java', () => {
  let client: JavaClient;
  let simulator: Simulator | undefined;
  let folder: string | undefined;
  let facts: Facts = new Map();

  beforeAll(async () => {
    client = await javaClient();
    if (client.kind === 'absent') return;
    simulator = await startSimulator({ clock: 'real' });
    const { endpoint } = simulator;
    folder = await mkdtemp(join(tmpdir(), 'headwater-java-'));
    const classPath = await compile(client.classPath, folder);
    facts = await travel(classPath, endpoint);
  }, INSTALL_MS);
  afterAll(async () => {
    await simulator?.[Symbol.asyncDispose]();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const promise = (name: string, check: () => void) =>
    test(name, (context) => {
      if (client.kind === 'absent') context.skip(client.reason);
      check();
    });

  for (const format of ['CBOR', 'JSON']) {
    promise(`puts records into a stream and gets them back from a time on, in ${format}`, () => {
      expect(facts.get(`${format} records`)).toBe('[one, zwö, ]');
      expect(facts.get(`${format} arrived`)).toBe('true');
    });
    promise(`throws its own exception for a stream that does not exist, in ${format}`, () => {
      expect(facts.get(`${format} absent`)).toBe('Stream absent under account 000000000000 not found.');
    });
    promise(`subscribes to a shard over HTTP/2 and gets what is put meanwhile, in ${format}`, () => {
      expect(facts.get(`${format} pushed`)).toBe('[one, zwö, , live]');
    });
    promise(`fails a second subscription with its own exception, in ${format}`, () => {
      expect(facts.get(`${format} again`)).toBe('true');
    });
  }
  promise('writes and reads items as beans', () => {
    expect(facts.get('CBOR read')).toBe('12345678901234567890.123456789');
  });
  promise('counts the versions of an item, and refuses an outdated one', () => {
    expect(facts.get('CBOR version')).toBe('2');
    expect(facts.get('CBOR refused')).toBe('The conditional request failed');
  });
  promise('queries page by page', () => {
    expect(facts.get('CBOR queried')).toBe('[4, 5, 6, 7, 8, 9]');
  });
  promise('reads why a transaction was cancelled', () => {
    expect(facts.get('CBOR cancelled')).toBe('[None, ConditionalCheckFailed]');
  });
  promise('reads the changes of a table', () => {
    expect(facts.get('CBOR changes')).toBe('11 MODIFY 2');
  });
});
