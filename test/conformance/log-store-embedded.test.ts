// The embedded log streams do what the port promises, in memory and on LMDB, and find everything after a restart.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatchLogsConcepts.html
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openLogStore } from '../../src/backends/embedded/log-store/log-store.ts';
import { openLmdbStore, openMemoryStore, type Store } from '../../src/backends/embedded/store.ts';
import { describeLogStore, events, GROUP, STREAM, textsOf } from './log-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-log-streams-'));
const stores: Store[] = [];
let opened = 0;

async function openStore(name = `store-${opened++}`, fsync = false): Promise<Store> {
  const store = await openLmdbStore({ dataDir: join(folder, name), fsync });
  stores.push(store);
  return store;
}

afterEach(async () => {
  for (const store of stores.splice(0)) await store[Symbol.asyncDispose]();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeLogStore('memory', async () => openLogStore({ store: openMemoryStore() }));
describeLogStore('lmdb', async () => openLogStore({ store: await openStore() }));
describeLogStore('lmdb with fsync', async () => openLogStore({ store: await openStore(undefined, true) }));

test('finds every acknowledged event after a restart, and goes on counting', async () => {
  const log = openLogStore({ store: await openStore('restart') });
  await log.create(GROUP, STREAM, 7);
  const [a] = await log.append(GROUP, STREAM, events(['a']), 5000);
  await log.create(GROUP, 'removed', 7);
  await log.append(GROUP, 'removed', events(['gone']), 5000);
  await log.remove(GROUP, 'removed');
  for (const store of stores.splice(0)) await store[Symbol.asyncDispose]();
  const again = openLogStore({ store: await openStore('restart') });
  expect((await again.streams(GROUP)).map(({ name }) => name)).toEqual([STREAM]);
  expect(await textsOf(again)).toEqual(['a']);
  const [b] = await again.append(GROUP, STREAM, events(['b']), 6000);
  expect(b?.sequence).toBeGreaterThan(a?.sequence ?? 0);
  expect(await textsOf(again)).toEqual(['a', 'b']);
  await again.create(GROUP, 'removed', 8);
  expect(await textsOf(again, {}, 'removed')).toEqual([]);
});
