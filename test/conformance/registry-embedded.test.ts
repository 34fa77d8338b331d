// The embedded registry, in memory and on LMDB: what was acknowledged is there after the process is gone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openLmdbStore, openMemoryStore } from '../../src/backends/embedded/store.ts';
import { describeRegistry } from './registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-registry-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let opened = 0;

describe('a registry in memory', () => describeRegistry(async () => openRegistry(openMemoryStore())));

describe('a registry on LMDB', () => {
  describeRegistry(async () => {
    opened += 1;
    const store = await openLmdbStore({ dataDir: join(folder, String(opened)), fsync: false });
    return { ...openRegistry(store), [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
  });
});

const reopen = () => openLmdbStore({ dataDir: join(folder, 'restart'), fsync: false });

test('a registry on LMDB keeps everything over a restart', async () => {
  {
    await using store = await reopen();
    const registry = openRegistry(store);
    await store.together(() => {
      void registry.put('a', { deep: [1, 'ü'] });
      void registry.put('b', true);
    });
    await registry.remove('b');
  }
  await using store = await reopen();
  expect(await openRegistry(store).list('')).toEqual([{ key: 'a', value: { deep: [1, 'ü'] } }]);
});
