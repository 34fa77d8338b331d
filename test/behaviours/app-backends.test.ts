// README.md, "Tests on real backends": how npm run backends brings them up.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answers } from '../../scripts/backends/answers.ts';
import { imageOf } from '../../scripts/backends/containers/images.ts';
import { engineNames } from '../../scripts/backends/engine.ts';
import { VERSION as KAFKA_VERSION } from '../../scripts/backends/native/kafka-java.ts';
import { projectRoot } from '../support/source-files.ts';

const run = promisify(execFile);

describe('engines', () => {
  test.each(engineNames)('the image of %s is the one that docker-compose.yml pins, by a whole version', (name) => {
    expect(imageOf(name)).toMatch(/^\S+:\S*\d+\S\d+\S\d+\S*$/);
  });

  test('Kafka is of one version, as a process and in a container', () => {
    expect(imageOf('kafka')).toBe(`apache/kafka:${KAFKA_VERSION}`);
  });

  test.each([
    ['redis', (port: number) => `redis://127.0.0.1:${port}`],
    ['minio', (port: number) => `http://key:secret@127.0.0.1:${port}`],
    ['kafka', (port: number) => `127.0.0.1:${port}`],
  ] as const)('%s is not taken to be up because a port is open', async (name, urlAt) => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { readonly port: number };
    expect(await answers(name, urlAt(port))).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await answers(name, urlAt(port))).toBe(false);
  });

  test('a command that does not exist is refused with the ones that do', async () => {
    const script = join(projectRoot, 'scripts/backends.mjs');
    const failure = await run(process.execPath, [script, 'start']).catch((error) => error);
    expect(failure).toMatchObject({ code: 2, stderr: expect.stringContaining('npm run backends -- COMMAND') });
  });
});

describe('the cache of engines', () => {
  let folder: string;
  let cached: typeof import('../../scripts/backends/native/cache.ts').cached;
  const entries = () => readdirSync(join(folder, 'headwater/backends')).sort();
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'headwater-cache-'));
    vi.stubEnv('XDG_CACHE_HOME', folder);
    vi.resetModules();
    ({ cached } = await import('../../scripts/backends/native/cache.ts'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  test('of many that want an engine one fetches it, and all get it whole', async () => {
    let fills = 0;
    const fill = async (at: string) => {
      fills += 1;
      writeFileSync(join(at, 'first'), '');
      await new Promise((resolve) => setImmediate(resolve));
      writeFileSync(join(at, 'second'), '');
    };
    const found = await Promise.all([1, 2, 3].map(async () => readdirSync(await cached('engine-1', fill))));
    expect(found).toEqual([1, 2, 3].map(() => ['first', 'second']));
    expect(fills).toBe(1);
    expect(entries()).toEqual(['engine-1']);
  });

  test('a fetch that fails leaves nothing, and the next one may succeed', async () => {
    const failing = cached('engine-1', async (at) => {
      writeFileSync(join(at, 'half'), '');
      throw new Error('the registry is away');
    });
    await expect(failing).rejects.toThrow('the registry is away');
    expect(entries()).toEqual([]);
    expect(existsSync(await cached('engine-1', async () => {}))).toBe(true);
  });

  test('the lock of a process that has ended holds nobody up', async () => {
    const { child } = run(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.once('exit', resolve));
    await cached('another', async () => {});
    writeFileSync(join(folder, 'headwater/backends/engine-1.lock'), String(child.pid));
    await cached('engine-1', async () => {});
    expect(entries()).toEqual(['another', 'engine-1']);
  });
});
