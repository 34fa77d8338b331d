// The embedded store and the registry on it: what was acknowledged is there after the process is gone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openLmdbStore, openMemoryStore, type Store } from '../../src/backends/embedded/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const drivers: Record<string, (name: string) => Promise<Store>> = {
  memory: async () => openMemoryStore(),
  lmdb: (name) => openLmdbStore({ dataDir: join(folder, name), fsync: false }),
};

describe.each(Object.entries(drivers))('a registry on %s', (_driver, open) => {
  test('returns what was put, with a version that grows', async () => {
    await using store = await open('versions');
    const registry = openRegistry(store);
    expect(await registry.get('sqs/a')).toBeUndefined();
    expect(await registry.put('sqs/a', { n: 1 })).toBe(1);
    expect(await registry.put('sqs/a', { n: 2 })).toBe(2);
    expect(await registry.get('sqs/a')).toEqual({ value: { n: 2 }, version: 2 });
  });

  test('refuses a write that expects another version', async () => {
    await using store = await open('conflicts');
    const registry = openRegistry(store);
    await registry.put('k', 1, 0);
    await expect(registry.put('k', 2, 0)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
  });

  test('lists by prefix in key order and forgets what was removed', async () => {
    await using store = await open('lists');
    const registry = openRegistry(store);
    for (const key of ['s3/b', 's3/a', 'sqs/a']) await registry.put(key, key);
    await registry.remove('s3/b');
    await registry.remove('never there');
    expect(await registry.list('s3/')).toEqual([{ key: 's3/a', value: 's3/a' }]);
  });
});

const reopen = () => openLmdbStore({ dataDir: join(folder, 'restart'), fsync: false });

test('a registry on lmdb keeps everything over a restart', async () => {
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
