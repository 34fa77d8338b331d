// What S3 has acknowledged outlives a SIGKILL; what it has not is either whole or not there.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openObjectStore } from '../../src/backends/embedded/object-store/object-store.ts';
import { openLmdbStore } from '../../src/backends/embedded/store.ts';
import { realClock } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { projectRoot } from '../support/source-files.ts';

const ROUNDS = 6;
const folder = mkdtempSync(join(tmpdir(), 'headwater-kill-'));
/** Below the project, so that it finds our packages. */
const writer = join(projectRoot, `node_modules/.cache/headwater-object-writer-${process.pid}.mjs`);

beforeAll(async () => {
  await build({
    entryPoints: [join(projectRoot, 'test/support/object-writer.ts')],
    outfile: writer,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
});
afterAll(() => {
  for (const path of [folder, writer]) rmSync(path, { recursive: true, force: true });
});

test('every object that was acknowledged is there and whole after kills at random moments', async () => {
  const dataDir = join(folder, 'data');
  const acknowledged = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const child = spawn(process.execPath, [writer, dataDir, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await killAfter(child, 20 + systemRandom.integer(0, 150), acknowledged);
    await check(dataDir, acknowledged);
  }
  expect(acknowledged.size).toBeGreaterThan(ROUNDS);
});

/** Reads acknowledgements (`key size`) and kills the process in the middle of its work. */
async function killAfter(child: ChildProcess, count: number, acknowledged: Map<string, number>): Promise<void> {
  if (!child.stdout) throw new Error('the writer has no output');
  const exited = once(child, 'exit');
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [key = '', size = ''] = line.split(' ');
    acknowledged.set(key, Number(size));
    if (++seen === count) child.kill('SIGKILL');
  }
  await exited;
}

async function check(dataDir: string, acknowledged: ReadonlyMap<string, number>): Promise<void> {
  await using store = await openLmdbStore({ dataDir, fsync: false });
  const directory = join(dataDir, 'objects');
  await using objects = await openObjectStore({ store, directory, clock: realClock, random: systemRandom });
  for (const [key, size] of acknowledged) expect((await objects.get('b', key))?.size, key).toBe(size);
  const { entries } = await objects.list('b', { prefix: '', limit: 1_000_000 });
  for (const entry of entries) {
    if (entry.kind !== 'version') continue;
    let size = 0;
    for await (const chunk of (await objects.read(entry.version)) ?? []) size += chunk.length;
    expect(size, entry.version.key).toBe(entry.version.size);
  }
}
