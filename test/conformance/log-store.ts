import { describe, expect, test } from 'vitest';
import type { LogPlace, LogQuery, LogStore } from '../../src/core/ports/log-store.ts';

/** Opens a store that holds nothing. */
export type OpenLogStore = () => Promise<LogStore>;

export const GROUP = '000000000000/us-east-1//aws/lambda/orders:1';
export const STREAM = '2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef';

/** Events with these texts, one a millisecond from that instant on. */
export const events = (texts: readonly string[], fromMs = 1000) =>
  texts.map((message, index) => ({ timestampMs: fromMs + index, message }));

/** The texts of what is read. */
export async function textsOf(store: LogStore, query: Partial<LogQuery> = {}, stream = STREAM, group = GROUP) {
  return (await store.read(group, stream, { limit: 10_000, ...query })).map(({ message }) => message);
}

/** What every driver of the port must do. */
export function describeLogStore(driver: string, open: OpenLogStore): void {
  async function setUp() {
    const store = await open();
    await store.create(GROUP, STREAM, 7);
    const append = (texts: readonly string[], fromMs?: number) =>
      store.append(GROUP, STREAM, events(texts, fromMs), 5000);
    return { store, append };
  }

  describe(`log streams on ${driver}`, () => {
    test('reads events in the order of their timestamps, whatever order they came in', async () => {
      const { store, append } = await setUp();
      await append(['c', 'd'], 3000);
      await append(['a', 'b'], 1000);
      await append(['after d'], 3001);
      expect(await textsOf(store)).toEqual(['a', 'b', 'c', 'd', 'after d']);
      expect(await textsOf(store, { reverse: true })).toEqual(['after d', 'd', 'c', 'b', 'a']);
      const [first] = await store.read(GROUP, STREAM, { limit: 1 });
      expect(first).toMatchObject({ timestampMs: 1000, arrivedAtMs: 5000, message: 'a' });
    });

    test('keeps a text as it is: with many bytes a character, line ends and digits at its beginning', async () => {
      const { store, append } = await setUp();
      const texts = ['1 2 3', 'start\tend\n', '🙀 - 参よ - 日本語', ' ', '\u0000', 'x'.repeat(300_000)];
      await append(texts);
      expect(await textsOf(store)).toEqual(texts);
      const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      expect(await store.stream(GROUP, STREAM)).toMatchObject({ events: texts.length, bytes });
    });

    test('reads on behind a place, in both directions, and between instants', async () => {
      const { store, append } = await setUp();
      await append(['a', 'b', 'c', 'd', 'e']);
      const read = async (query: Partial<LogQuery>) => await textsOf(store, query);
      expect(await read({ fromMs: 1001, toMs: 1003 })).toEqual(['b', 'c']);
      expect(await read({ limit: 2 })).toEqual(['a', 'b']);
      expect(await read({ limit: 2, reverse: true })).toEqual(['e', 'd']);
      expect(await read({ toMs: 1003, limit: 2, reverse: true })).toEqual(['c', 'b']);
      const [, b, c] = await store.read(GROUP, STREAM, { limit: 10 });
      expect(await read({ after: b as LogPlace })).toEqual(['c', 'd', 'e']);
      expect(await read({ after: b as LogPlace, toMs: 1004 })).toEqual(['c', 'd']);
      expect(await read({ after: b as LogPlace, fromMs: 1003 })).toEqual(['d', 'e']);
      expect(await read({ after: c as LogPlace, reverse: true })).toEqual(['b', 'a']);
      expect(await read({ after: c as LogPlace, reverse: true, toMs: 1001 })).toEqual(['a']);
      expect(await read({ after: c as LogPlace, reverse: true, fromMs: 1001 })).toEqual(['b']);
    });

    test('tells events of one instant apart, and answers their places', async () => {
      const { store } = await setUp();
      const same = ['a', 'b', 'c', 'd'].map((message) => ({ timestampMs: 1000, message }));
      const places = await store.append(GROUP, STREAM, same, 5000);
      const read = await store.read(GROUP, STREAM, { limit: 10 });
      expect(read.map(({ message }) => message)).toEqual(['a', 'b', 'c', 'd']);
      expect(places).toMatchObject(read.map(({ timestampMs, sequence }) => ({ timestampMs, sequence })));
      expect(await textsOf(store, { after: places[1] })).toEqual(['c', 'd']);
      expect(await textsOf(store, { after: places[2], reverse: true })).toEqual(['b', 'a']);
    });

    test('keeps appends that were begun one after another in that order', async () => {
      const { store } = await setUp();
      const texts = Array.from({ length: 100 }, (_, each) => `${each}`);
      await Promise.all(texts.map((message) => store.append(GROUP, STREAM, [{ timestampMs: 1, message }], 5000)));
      expect(await textsOf(store)).toEqual(texts);
    });

    test('takes the largest batch that AWS takes', async () => {
      const { store, append } = await setUp();
      await append(Array.from({ length: 10_000 }, (_, each) => `event ${each}`));
      expect(await store.stream(GROUP, STREAM)).toMatchObject({ events: 10_000, firstMs: 1000, lastMs: 10_999 });
      expect((await textsOf(store)).at(-1)).toBe('event 9999');
    });

    test('knows of each stream when it was made and what is in it', async () => {
      const { store, append } = await setUp();
      expect(await store.stream(GROUP, STREAM)).toEqual({ name: STREAM, createdAtMs: 7, events: 0, bytes: 0 });
      await append(['abc', 'ä'], 3000);
      await append(['x'], 1000);
      const filled = { name: STREAM, createdAtMs: 7, events: 3, bytes: 6, firstMs: 1000, lastMs: 3001 };
      expect(await store.stream(GROUP, STREAM)).toEqual({ ...filled, lastArrivedAtMs: 5000 });
      await store.create(GROUP, 'another', 8);
      expect((await store.streams(GROUP)).map(({ name }) => name)).toEqual([STREAM, 'another']);
      expect((await store.streams(GROUP, 'an')).map(({ name }) => name)).toEqual(['another']);
      expect(await store.streams('another group')).toEqual([]);
      expect(await store.stream(GROUP, 'missing')).toBeUndefined();
    });

    test('makes a stream once, and refuses events of one that is not there', async () => {
      const { store, append } = await setUp();
      await append(['a']);
      expect(await store.create(GROUP, STREAM, 9)).toBe(false);
      expect(await textsOf(store)).toEqual(['a']);
      await expect(store.append(GROUP, 'missing', events(['a']), 1)).rejects.toMatchObject({ code: 'LOG_MISSING' });
      expect(await textsOf(store, {}, 'missing')).toEqual([]);
    });

    test('forgets what is older than an instant, and counts what is left', async () => {
      const { store, append } = await setUp();
      await append(['a', 'b', 'c', 'd']);
      await store.trimBefore(GROUP, STREAM, 1002);
      expect(await textsOf(store)).toEqual(['c', 'd']);
      expect(await store.stream(GROUP, STREAM)).toMatchObject({ events: 2, bytes: 2, firstMs: 1002, lastMs: 1003 });
      await store.trimBefore(GROUP, STREAM, 9999);
      expect(await store.stream(GROUP, STREAM)).toMatchObject({ name: STREAM, events: 0, bytes: 0 });
      expect(await store.stream(GROUP, STREAM)).not.toHaveProperty('firstMs');
      await append(['e'], 500);
      expect(await store.stream(GROUP, STREAM)).toMatchObject({ events: 1, firstMs: 500, lastMs: 500 });
    });

    test('forgets many events at once', async () => {
      const { store, append } = await setUp();
      await append(Array.from({ length: 9_000 }, () => 'x'));
      await store.trimBefore(GROUP, STREAM, 1000 + 8_999);
      expect(await textsOf(store)).toEqual(['x']);
    });

    test('forgets a stream, and a group with all of its streams, for good', async () => {
      const { store, append } = await setUp();
      await append(['a']);
      await store.create(GROUP, 'another', 8);
      await store.append(GROUP, 'another', events(['b']), 1);
      expect(await store.remove(GROUP, STREAM)).toBe(true);
      expect(await store.remove(GROUP, STREAM)).toBe(false);
      expect(await textsOf(store)).toEqual([]);
      expect(await textsOf(store, {}, 'another')).toEqual(['b']);
      await store.create(GROUP, STREAM, 9);
      expect(await textsOf(store)).toEqual([]);
      await store.drop(GROUP);
      expect(await store.streams(GROUP)).toEqual([]);
      await store.create(GROUP, 'another', 9);
      expect(await textsOf(store, {}, 'another')).toEqual([]);
    });
  });
}
