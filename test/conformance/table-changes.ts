import { describe, expect, test } from 'vitest';
import { createActivity } from '../../src/core/activity.ts';
import { asArn } from '../../src/core/arn.ts';
import type { ChangeEntry, TableWrite } from '../../src/core/ports/table-store.ts';
import { createVirtualClock } from '../../src/core/virtual-clock.ts';
import type { TableStoreDriver } from './table-store.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const TABLE = asArn('arn:aws:dynamodb:us-east-1:000000000000:table/orders');
const STREAM = asArn(`${TABLE}/stream/2026-01-01T00:00:00.000`);
const ALL = { maxRecords: 10_000, maxBytes: 1_000_000 };

/** What every driver's log of changes must do beside what its commits say. */
export function describeTableChanges(driver: string, createDriver: () => TableStoreDriver): void {
  const setUp = async () => {
    const clock = createVirtualClock(START_MS, createActivity());
    const store = await createDriver().open(clock);
    const { changes } = store;
    await store.create(TABLE);
    await changes.create(STREAM);
    const ids = async (from = 0, limits: Partial<typeof ALL> = {}) =>
      (await changes.read(STREAM, 0, from, { ...ALL, ...limits })).map(({ entry }) => entry.change.eventId);
    const write = (...names: readonly string[]) => store.commit(names.map((name) => writeOf(name)));
    return { store, changes, clock, ids, write };
  };

  describe(`the log of changes on ${driver}`, () => {
    test('is read from an offset on, as much as is asked for, and always one', async () => {
      const { ids, write } = await setUp();
      await write('a', 'b', 'c', 'd');
      expect(await ids(1)).toEqual(['b', 'c', 'd']);
      expect(await ids(1, { maxRecords: 2 })).toEqual(['b', 'c']);
      expect(await ids(0, { maxBytes: 25 })).toEqual(['a', 'b']);
      expect(await ids(0, { maxBytes: 1 })).toEqual(['a']);
      expect(await ids(4)).toEqual([]);
    });

    test('finds the first change that arrived at or after a time', async () => {
      const { changes, clock, write } = await setUp();
      await write('a', 'b');
      await clock.advance(10);
      await write('c');
      const offsets = [START_MS - 1, START_MS, START_MS + 1, START_MS + 10, START_MS + 11];
      const found = await Promise.all(offsets.map((atMs) => changes.offsetAt(STREAM, 0, atMs)));
      expect(found).toEqual([0, 0, 2, 2, 3]);
      expect(changes.newestAtMs(STREAM, 0)).toBe(START_MS + 10);
    });

    test('forgets what lies before an offset, and goes on counting', async () => {
      const { changes, ids, write } = await setUp();
      await write('a', 'b', 'c');
      await changes.trimBefore(STREAM, 0, 2);
      expect([await ids(), await changes.bounds(STREAM, 0)]).toEqual([['c'], { first: 2, next: 3 }]);
      expect(await changes.offsetAt(STREAM, 0, 0)).toBe(2);
      await changes.trimBefore(STREAM, 0, 99);
      await changes.trimBefore(STREAM, 0, 1);
      expect(await changes.bounds(STREAM, 0)).toEqual({ first: 3, next: 3 });
      await write('d');
      expect((await changes.read(STREAM, 0, 0, ALL)).map(({ offset }) => offset)).toEqual([3]);
    });

    test('is known as far as this process wrote it when a commit resolves, and as far as it was trimmed', async () => {
      const { changes, write } = await setUp();
      expect(changes.known(STREAM, 0)).toEqual({ first: 0, next: 0 });
      await write('a', 'b');
      expect(changes.known(STREAM, 0)).toEqual({ first: 0, next: 2 });
      await changes.trimBefore(STREAM, 0, 1);
      expect(changes.known(STREAM, 0)).toEqual({ first: 1, next: 2 });
    });

    test('wakes who waits for a partition, until that is enough', async () => {
      const { store, changes, write } = await setUp();
      let woken = 0;
      const listening = changes.onAppend(STREAM, 0, () => {
        woken += 1;
      });
      await write('a');
      expect(woken).toBeGreaterThan(0);
      const before = woken;
      await store.commit([{ ...writeOf('b'), records: [] }]);
      await changes.grow(STREAM, 2);
      await write('c');
      listening[Symbol.dispose]();
      expect(woken).toBe(before);
    });

    test('has one partition more when it grows, however often that is asked for', async () => {
      const { changes } = await setUp();
      await Promise.all([changes.grow(STREAM, 3), changes.grow(STREAM, 2), changes.grow(STREAM, 3)]);
      expect(await changes.partitions(STREAM)).toBe(3);
      await changes.drop(STREAM);
      expect(await changes.partitions(STREAM)).toBe(0);
      await expect(changes.grow(STREAM, 4)).rejects.toMatchObject({ code: 'LOG_MISSING' });
    });

    test('begins anew when it is created again', async () => {
      const { changes, ids, write } = await setUp();
      await write('a', 'b');
      await changes.drop(STREAM);
      expect([changes.known(STREAM, 0), await changes.bounds(STREAM, 0)]).toEqual([
        { first: 0, next: 0 },
        { first: 0, next: 0 },
      ]);
      await changes.create(STREAM);
      await changes.create(STREAM);
      await write('c');
      expect([await ids(), changes.known(STREAM, 0)]).toEqual([['c'], { first: 0, next: 1 }]);
    });
  });

  describe(`the definition of a table on ${driver}`, () => {
    test('keeps out what goes by an older one, once something went by it', async () => {
      const { store, ids } = await setUp();
      expect(await store.commit([{ ...writeOf('a'), edition: 5 }])).toBe('committed');
      expect(await store.commit([{ table: TABLE, key: '', edition: 6 }])).toBe('committed');
      expect(await store.commit([{ ...writeOf('b'), edition: 5 }])).toBe('conflict');
      expect(await store.commit([{ ...writeOf('c'), edition: 6 }, writeOf('d')])).toBe('committed');
      expect(await ids()).toEqual(['a', 'c', 'd']);
    });

    test('is a conflict also where the stream of the older one is gone', async () => {
      const { store, changes } = await setUp();
      await store.commit([{ table: TABLE, key: '', edition: 6 }]);
      await changes.drop(STREAM);
      expect(await store.commit([{ ...writeOf('b'), edition: 5 }])).toBe('conflict');
    });
  });
}

function writeOf(eventId: string): TableWrite {
  const entry: ChangeEntry = {
    name: 'INSERT',
    change: { eventId, keys: {}, sizeBytes: 10, viewType: 'KEYS_ONLY' },
  };
  const change = { item: {}, bytes: 1, entries: [{ index: '', partition: eventId, sort: '' }] };
  return { table: TABLE, key: eventId, change, records: [{ stream: STREAM, entry }] };
}
