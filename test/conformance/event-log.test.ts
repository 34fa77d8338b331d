// The embedded event log does what the port promises, in memory and on LMDB, and finds everything after a restart.
// https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openEventLog } from '../../src/backends/embedded/log/event-log.ts';
import { openLmdbStore, openMemoryStore, type Store } from '../../src/backends/embedded/store.ts';
import { HOUR } from '../../src/core/clock.ts';
import { ALL, describeEventLog, entry, ORDERS, START_MS, standingClock, textsOf } from './event-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-log-'));
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

describeEventLog('memory', async (clock) => openEventLog({ store: openMemoryStore(), clock }));
describeEventLog('lmdb', async (clock) => openEventLog({ store: await openStore(), clock }));
describeEventLog('lmdb with fsync', async (clock) => openEventLog({ store: await openStore(undefined, true), clock }));

/** A log, and the same one after the process came back. */
async function setUp(name: string) {
  const clock = standingClock();
  const store = await openStore(name);
  const log = openEventLog({ store, clock });
  const restart = async () => {
    for (const open of stores.splice(0)) await open[Symbol.asyncDispose]();
    return openEventLog({ store: await openStore(name), clock });
  };
  return { clock, log, restart };
}

test('finds every acknowledged entry after a restart, where it was', async () => {
  const { clock, log, restart } = await setUp('restart');
  await log.create(ORDERS, 2);
  await log.append(ORDERS, 0, ['a', 'b'].map(entry));
  await clock.advance(HOUR);
  await log.append(ORDERS, 1, [entry('c')]);
  const again = await restart();
  expect(await again.bounds(ORDERS, 0)).toEqual({ first: 0, next: 2 });
  expect(await textsOf(again, 0)).toEqual(['a', 'b']);
  expect(await textsOf(again, 1)).toEqual(['c']);
  expect(await again.offsetAt(ORDERS, 0, START_MS + 1)).toBe(2);
  expect(await again.append(ORDERS, 0, [entry('d')])).toMatchObject([{ offset: 2, arrivedAtMs: START_MS + HOUR }]);
  expect(await textsOf(again, 0, 1)).toEqual(['b', 'd']);
});

test('remembers over a restart what was trimmed, even where nothing is left', async () => {
  const { log, restart } = await setUp('restart-trimmed');
  await log.create(ORDERS, 2);
  for (const partition of [0, 1]) await log.append(ORDERS, partition, ['a', 'b', 'c'].map(entry));
  await log.trimBefore(ORDERS, 0, 3);
  await log.trimBefore(ORDERS, 1, 1);
  const again = await restart();
  expect(await again.bounds(ORDERS, 0)).toEqual({ first: 3, next: 3 });
  expect(await again.bounds(ORDERS, 1)).toEqual({ first: 1, next: 3 });
  expect(await again.append(ORDERS, 0, [entry('d')])).toMatchObject([{ offset: 3 }]);
  expect(await textsOf(again, 1)).toEqual(['b', 'c']);
});

test('forgets a dropped log over a restart, and what it held does not come back', async () => {
  const { log, restart } = await setUp('restart-dropped');
  await log.create(ORDERS, 1);
  await log.append(ORDERS, 0, [entry('a')]);
  await log.drop(ORDERS);
  const again = await restart();
  expect(await textsOf(again)).toEqual([]);
  await again.create(ORDERS, 1);
  expect(await textsOf(again)).toEqual([]);
});

test('reads what it holds no more in memory', async () => {
  const { log } = await setUp('evicted');
  await log.create(ORDERS, 1);
  const large = (each: number) => ({ partitionKey: `${each}`, data: Buffer.alloc(2 ** 20, each) });
  for (let each = 0; each < 50; each += 1) await log.append(ORDERS, 0, [large(each)]);
  const records = await log.read(ORDERS, 0, 0, ALL);
  expect(records.map(({ entry: { partitionKey, data } }) => [partitionKey, data[0], data.length])).toEqual(
    Array.from({ length: 50 }, (_, each) => [`${each}`, each, 2 ** 20]),
  );
});
