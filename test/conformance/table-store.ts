import { describe, expect, test } from 'vitest';
import { createActivity } from '../../src/core/activity.ts';
import { asArn } from '../../src/core/arn.ts';
import type { ChangeRecord, IndexEntry, TableStore, TableWrite } from '../../src/core/ports/table-store.ts';
import { seededRandom } from '../../src/core/random.ts';
import type { AttributeMap } from '../../src/core/records/dynamodb-change.ts';
import { createVirtualClock, type VirtualClock } from '../../src/core/virtual-clock.ts';

/** How a driver is opened under test. */
export interface TableStoreDriver {
  /** Whether what was stored is there when it is opened again. */
  readonly durable: boolean;
  /** Opens it; a second time with what the first left. */
  open(clock: VirtualClock): Promise<TableStore>;
}

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const ORDERS = asArn('arn:aws:dynamodb:us-east-1:000000000000:table/orders');
const OTHERS = asArn('arn:aws:dynamodb:us-east-1:000000000000:table/others');
const STREAM = asArn(`${ORDERS}/stream/2026-01-01T00:00:00.000`);

/** What every driver of the port must do. */
export function describeTableStore(driver: string, createDriver: () => TableStoreDriver): void {
  const setUp = async () => {
    const { open, durable } = createDriver();
    const clock = createVirtualClock(START_MS, createActivity());
    const store = await open(clock);
    await store.create(ORDERS);
    return { store, open, durable, clock, ...reading(store) };
  };

  describe(`items on ${driver}`, () => {
    test('are read back by their keys, with a version that grows', async () => {
      const { store, read } = await setUp();
      expect(await store.commit([put('a', 1), put('b', 2)])).toBe('committed');
      const [b, none, a] = await store.read(ORDERS, ['b', 'c', 'a']);
      expect([b?.item, none, a?.item]).toEqual([itemOf(2), undefined, itemOf(1)]);
      await store.commit([put('a', 3)]);
      expect(await read('a')).toMatchObject({ item: itemOf(3) });
      expect((await read('a'))?.version).toBeGreaterThan(a?.version ?? 0);
    });

    test('are removed, and one that comes again has another version', async () => {
      const { store, read } = await setUp();
      await store.commit([put('a', 1)]);
      const before = (await read('a'))?.version;
      await store.commit([remove('a')]);
      expect(await read('a')).toBeUndefined();
      await store.commit([remove('a')]);
      await store.commit([put('a', 1)]);
      expect((await read('a'))?.version).not.toBe(before);
    });

    test('are written only as they are expected to be', async () => {
      const { store, read } = await setUp();
      expect(await store.commit([{ ...put('a', 1), expected: 0 }])).toBe('committed');
      expect(await store.commit([{ ...put('a', 2), expected: 0 }])).toBe('conflict');
      const version = (await read('a'))?.version;
      expect(await store.commit([{ ...put('a', 2), expected: version }])).toBe('committed');
      expect(await store.commit([{ ...put('a', 3), expected: version }])).toBe('conflict');
      expect(await read('a')).toMatchObject({ item: itemOf(2) });
    });

    test('are written together or not at all', async () => {
      const { store, read } = await setUp();
      await store.commit([put('a', 1)]);
      const check: TableWrite = { table: ORDERS, key: 'b', expected: 7 };
      expect(await store.commit([put('a', 2), put('c', 3), check])).toBe('conflict');
      expect([await read('a'), await read('c')]).toMatchObject([{ item: itemOf(1) }, undefined]);
      expect(await store.commit([put('a', 2), { ...check, expected: 0 }])).toBe('committed');
      expect(await read('a')).toMatchObject({ item: itemOf(2) });
    });

    test('of a table that is not there are refused, and nothing is written', async () => {
      const { store, read } = await setUp();
      const writes = [put('a', 1), { ...put('a', 1), table: OTHERS }];
      await expect(store.commit(writes)).rejects.toMatchObject({ code: 'TABLE_MISSING' });
      await expect(store.read(OTHERS, ['a'])).rejects.toMatchObject({ code: 'TABLE_MISSING' });
      expect(await read('a')).toBeUndefined();
    });

    test('go with their table, and do not come back with it', async () => {
      const { store, read } = await setUp();
      await store.commit([put('a', 1)]);
      await store.drop(ORDERS);
      await store.drop(ORDERS);
      await store.create(ORDERS);
      expect(await read('a')).toBeUndefined();
      expect(await store.size(ORDERS, '')).toEqual({ items: 0, bytes: 0 });
    });
  });

  describe(`an index on ${driver}`, () => {
    test('keeps the items of a partition in the order of their sort keys, then of their keys', async () => {
      const { store, keys } = await setUp();
      await store.commit([place('c', 'x', '2'), place('b', 'x', '1'), place('a', 'x', '2'), place('d', 'y', '0')]);
      expect(await keys({ partition: 'x' })).toEqual(['b', 'a', 'c']);
      expect(await keys({ partition: 'x', reverse: true })).toEqual(['c', 'a', 'b']);
      expect(await keys({ partition: 'z' })).toEqual([]);
      expect(await keys({ partition: 'x', limit: 1 })).toEqual(['b']);
    });

    test('is read up to a size, and always one item', async () => {
      const { store, keys } = await setUp();
      await store.commit(['a', 'b', 'c'].map((sort) => place(sort, 'x', sort)));
      expect(await keys({ partition: 'x', maxBytes: 11 })).toEqual(['a', 'b']);
      expect(await keys({ partition: 'x', maxBytes: 1 })).toEqual(['a']);
      expect(await keys({ partition: 'x', maxBytes: 31 })).toEqual(['a', 'b', 'c']);
    });

    test('compares sort keys byte by byte', async () => {
      const { store, keys } = await setUp();
      await store.commit([
        place('high', 'x', '\xff'),
        place('low', 'x', '\x00'),
        place('none', 'x', ''),
        place('mid', 'x', 'a'),
      ]);
      expect(await keys({ partition: 'x' })).toEqual(['none', 'low', 'mid', 'high']);
    });

    test('is read between bounds, of which the second does not belong', async () => {
      const { store, keys } = await setUp();
      await store.commit(['a', 'ab', 'b', 'c'].map((sort) => place(sort, 'x', sort)));
      expect(await keys({ partition: 'x', from: 'a', to: 'b' })).toEqual(['a', 'ab']);
      expect(await keys({ partition: 'x', from: 'aa' })).toEqual(['ab', 'b', 'c']);
      expect(await keys({ partition: 'x', to: 'b', reverse: true })).toEqual(['ab', 'a']);
      expect(await keys({ partition: 'x', from: 'b', to: 'a' })).toEqual([]);
    });

    test('goes on behind a place, in either direction, though it is no more', async () => {
      const { store, keys } = await setUp();
      await store.commit(['a', 'b', 'c', 'd'].map((sort) => place(sort, 'x', sort)));
      await store.commit([remove('b')]);
      const after = { partition: 'x', sort: 'b', key: 'b' };
      expect(await keys({ partition: 'x', after })).toEqual(['c', 'd']);
      expect(await keys({ partition: 'x', after, reverse: true })).toEqual(['a']);
    });

    test('follows its items', async () => {
      const { store, keys } = await setUp();
      await store.commit([place('a', 'x', '1'), place('b', 'x', '2')]);
      await store.commit([place('a', 'x', '3')]);
      expect(await keys({ partition: 'x' })).toEqual(['b', 'a']);
      await store.commit([place('a', 'y', '3'), remove('b')]);
      expect([await keys({ partition: 'x' }), await keys({ partition: 'y' })]).toEqual([[], ['a']]);
      await store.commit([{ ...put('a', 1), change: { item: itemOf(1), bytes: 1, entries: [] } }]);
      expect(await keys({})).toEqual([]);
    });

    test('knows how many items it holds, and their bytes', async () => {
      const { store } = await setUp();
      const other: IndexEntry = { index: 'other', partition: 'x', sort: '' };
      const both = { item: itemOf(1), bytes: 30, entries: [{ index: '', partition: 'a', sort: '' }, other] };
      await store.commit([{ table: ORDERS, key: 'a', change: both }, put('b', 2)]);
      expect(await store.size(ORDERS, '')).toEqual({ items: 2, bytes: 40 });
      expect(await store.size(ORDERS, 'other')).toEqual({ items: 1, bytes: 30 });
      await store.commit([remove('a')]);
      expect(await store.size(ORDERS, 'other')).toEqual({ items: 0, bytes: 0 });
    });

    test('is read whole in pages, each item once, though items come and go', async () => {
      const { store, keys, range } = await setUp();
      const all = Array.from({ length: 1500 }, (_, at) => place(`k${at}`, `p${at % 70}`, String(at).padStart(5, '0')));
      await store.commit(all);
      const seen: string[] = [];
      for (let page = await range({ limit: 100 }); page.length > 0; ) {
        seen.push(...page.map(({ key }) => key));
        await store.commit([remove(page.at(-1)?.key ?? '')]);
        page = await range({ limit: 100, after: page.at(-1) });
      }
      expect(new Set(seen).size).toBe(1500);
      expect(seen.length).toBe(1500);
      expect((await keys({})).length).toBe(1485);
    });

    test('stays in order when long, whatever comes and goes', async () => {
      const { store, keys } = await setUp();
      const random = seededRandom(3);
      const model = new Set<string>();
      for (let round = 0; round < 60; round += 1) {
        const some = Array.from({ length: 100 }, () => String(random.integer(0, 4000)).padStart(4, '0'));
        const writes = [...new Set(some)].map((sort) => (model.has(sort) ? remove(sort) : place(sort, 'x', sort)));
        for (const { key, change: { item } = {} } of writes) item ? model.add(key) : model.delete(key);
        await store.commit(writes);
      }
      const sorted = [...model].sort();
      expect(sorted.length).toBeGreaterThan(1000);
      expect(await keys({ partition: 'x' })).toEqual(sorted);
      expect(await keys({ partition: 'x', reverse: true })).toEqual([...sorted].reverse());
      const middle = sorted.slice(sorted.findIndex((sort) => sort >= '1000'));
      expect(await keys({ partition: 'x', from: '1000', to: '3000' })).toEqual(middle.filter((sort) => sort < '3000'));
      await store.commit(sorted.map(remove));
      expect(await keys({})).toEqual([]);
    });

    test('is cut into segments that hold all items once', async () => {
      const { store, keys } = await setUp();
      await store.commit(Array.from({ length: 300 }, (_, at) => place(`k${at}`, `p${at}`, '')));
      const segments = await Promise.all([0, 1, 2, 3].map((number) => keys({ segment: { number, total: 4 } })));
      expect(new Set(segments.flat()).size).toBe(300);
      expect(segments.flat().length).toBe(300);
      expect(segments.every((segment) => segment.length > 30)).toBe(true);
    });

    test('does not go on in one segment behind a place of another', async () => {
      const { store, range } = await setUp();
      await store.commit(Array.from({ length: 20 }, (_, at) => place(`k${at}`, `p${at}`, '')));
      const [first, second] = [0, 1].map((number) => ({ number, total: 2 }));
      const after = (await range({ segment: second, limit: 1 }))[0];
      await expect(range({ segment: first, after })).rejects.toMatchObject({ code: 'OUTSIDE_SEGMENT' });
      expect((await range({ segment: second, after })).length).toBeGreaterThan(0);
    });
  });

  describe(`changes on ${driver}`, () => {
    test('are in the stream when the commit is, in its order', async () => {
      const { store, changes, clock } = await setUp();
      await store.changes.create(STREAM);
      await store.commit([
        { ...put('a', 1), records: [recordOf('1')] },
        { ...put('b', 2), records: [recordOf('2')] },
      ]);
      await clock.advance(5);
      await store.commit([{ ...remove('a'), records: [recordOf('3')] }]);
      expect(await changes()).toEqual([
        [0, START_MS, '1'],
        [1, START_MS, '2'],
        [2, START_MS + 5, '3'],
      ]);
    });

    test('are not written when the commit is not', async () => {
      const { store, changes, read } = await setUp();
      await store.changes.create(STREAM);
      expect(await store.commit([{ ...put('a', 1), expected: 3, records: [recordOf('1')] }])).toBe('conflict');
      const elsewhere = { ...recordOf('2'), stream: asArn(`${OTHERS}/stream/none`) };
      const writes = [{ ...put('a', 1), records: [recordOf('1'), elsewhere] }];
      await expect(store.commit(writes)).rejects.toMatchObject({ code: 'LOG_MISSING' });
      expect([await changes(), await read('a')]).toEqual([[], undefined]);
    });

    test('stay when their table goes, until they are dropped', async () => {
      const { store, changes } = await setUp();
      await store.changes.create(STREAM);
      await store.commit([{ ...put('a', 1), records: [recordOf('1')] }]);
      await store.drop(ORDERS);
      expect(await changes()).toHaveLength(1);
      await store.changes.drop(STREAM);
      expect(await changes()).toEqual([]);
    });

    test('go to the newest partition', async () => {
      const { store, changes } = await setUp();
      await store.changes.create(STREAM);
      await store.commit([{ ...put('a', 1), records: [recordOf('1')] }]);
      await store.changes.grow(STREAM, 2);
      await store.commit([{ ...put('a', 2), records: [recordOf('2')] }]);
      expect([await changes(0), await changes(1)]).toEqual([[[0, START_MS, '1']], [[0, START_MS, '2']]]);
    });
  });

  if (!createDriver().durable) return;
  test(`items and changes are what they were when ${driver} is opened again, whatever they hold and however that is called`, async () => {
    const { store, open, clock } = await setUp();
    const nested = JSON.parse(
      '{"__proto__": {"S": "a"}, "constructor": {"BOOL": true}, "": {"NULL": true}, "7": {"N": "7"}}',
    );
    const bytes = Buffer.of(0, 255, 128, 98);
    const item: AttributeMap = {
      id: { S: '\u0000\u2028\u{1F600}\ud800' },
      n: { N: '-1234567890123456789012345678901234567.8' },
      sets: { L: [{ SS: ['a', ''] }, { NS: ['1'] }, { BS: [bytes, Buffer.alloc(0)] }] },
      nested: { M: { ...nested, deep: { L: [{ M: nested }, { B: bytes }] } } },
    };
    const change = { item, bytes: 10, entries: [{ index: '', partition: '\u00ff\u0000', sort: '\u0001' }] };
    const images = { keys: nested, newImage: item, oldImage: nested, viewType: 'NEW_AND_OLD_IMAGES' } as const;
    const userIdentity = { type: 'Service', principalId: 'someone' };
    const entry = { name: 'MODIFY', change: { eventId: '1', sizeBytes: 9, ...images, userIdentity } } as const;
    await store.changes.create(STREAM);
    await store.commit([
      { table: ORDERS, key: 'a', change, records: [{ stream: STREAM, entry }] },
      { ...put('b', 0), change: { ...change, item: nested }, records: [recordOf('2')] },
    ]);
    await store[Symbol.asyncDispose]();
    await using again = await open(clock);
    const [a, b] = await again.read(ORDERS, ['a', 'b']);
    expect(a?.item).toEqual(item);
    expect(Object.entries(a?.item['nested'] ?? {})).toEqual(Object.entries(item['nested'] ?? {}));
    expect(Object.keys(b?.item ?? {})).toEqual(Object.keys(nested));
    expect(await again.range(ORDERS, '', { partition: '\u00ff\u0000', limit: 9 })).toHaveLength(2);
    const changes = await again.changes.read(STREAM, 0, 0, { maxRecords: 9, maxBytes: 999 });
    expect(changes.map((record) => record.entry)).toEqual([entry, recordOf('2').entry]);
    expect(Object.keys(changes[0]?.entry.change.oldImage ?? {})).toEqual(Object.keys(nested));
    expect(Object.keys(changes[1]?.entry.change ?? {})).not.toContain('newImage');
  });

  test(`all is there when ${driver} is opened again`, async () => {
    const { store, open, clock } = await setUp();
    await store.changes.create(STREAM);
    await store.create(OTHERS);
    const binary = {
      id: { B: Uint8Array.of(0, 255) },
      deep: { M: { l: { L: [{ NULL: true }, { NS: ['1'] }] } } },
    } as const;
    const long = 'é\x00'.repeat(2000);
    await store.commit([
      { ...place('a', 'x', '2'), records: [recordOf('1')] },
      place('b', 'x', '1'),
      {
        table: ORDERS,
        key: long,
        change: { item: binary, bytes: 9, entries: [{ index: '', partition: 'y', sort: long }] },
      },
    ]);
    await store.commit([remove('b')]);
    const version = (await store.read(ORDERS, ['a']))[0]?.version ?? 0;
    await store.drop(OTHERS);
    await store[Symbol.asyncDispose]();
    const again = await open(clock);
    const { keys, read, changes } = reading(again);
    expect(await keys({ partition: 'x' })).toEqual(['a']);
    expect((await read('a'))?.version).toBe(version);
    const item = (await read(long))?.item ?? {};
    expect({ ...item, id: { B: [...((item['id'] as { B: Uint8Array }).B ?? [])] } }).toEqual({
      ...binary,
      id: { B: [0, 255] },
    });
    expect(await again.size(ORDERS, '')).toEqual({ items: 2, bytes: 19 });
    expect(await changes()).toEqual([[0, START_MS, '1']]);
    await expect(again.read(OTHERS, ['a'])).rejects.toMatchObject({ code: 'TABLE_MISSING' });
    await again.commit([{ ...put('a', 9), expected: version }, put('c', 3)]);
    expect((await read('a'))?.version).toBeGreaterThan(version);
    await again[Symbol.asyncDispose]();
  });
}

const itemOf = (value: number): AttributeMap => ({ value: { N: String(value) } });

function put(key: string, value: number): TableWrite {
  return {
    table: ORDERS,
    key,
    change: { item: itemOf(value), bytes: 10, entries: [{ index: '', partition: key, sort: '' }] },
  };
}

function place(key: string, partition: string, sort: string): TableWrite {
  return { table: ORDERS, key, change: { item: itemOf(0), bytes: 10, entries: [{ index: '', partition, sort }] } };
}

function remove(key: string): TableWrite {
  return { table: ORDERS, key, change: { item: undefined, bytes: 0, entries: [] } };
}

function recordOf(eventId: string): ChangeRecord {
  const viewType = 'KEYS_ONLY';
  return { stream: STREAM, entry: { name: 'INSERT', change: { eventId, keys: {}, sizeBytes: 1, viewType } } };
}

function reading(store: TableStore) {
  const range = (query: Partial<Parameters<TableStore['range']>[2]>) =>
    store.range(ORDERS, '', { limit: 10_000, ...query });
  return {
    range,
    keys: async (query: Parameters<typeof range>[0]) => (await range(query)).map(({ key }) => key),
    read: async (key: string) => (await store.read(ORDERS, [key]))[0],
    changes: async (partition = 0) => {
      const found = await store.changes.read(STREAM, partition, 0, { maxRecords: 100, maxBytes: 1000 });
      return found.map(({ offset, arrivedAtMs, entry }) => [offset, arrivedAtMs, entry.change.eventId]);
    },
  };
}
