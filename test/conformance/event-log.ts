import { describe, expect, test } from 'vitest';
import { createActivity } from '../../src/core/activity.ts';
import { asArn } from '../../src/core/arn.ts';
import { HOUR, SECOND } from '../../src/core/clock.ts';
import type { EventLog, StreamEntry } from '../../src/core/ports/event-log.ts';
import { createVirtualClock, type VirtualClock } from '../../src/core/virtual-clock.ts';

/** Opens a log that holds nothing. */
export type OpenEventLog = (clock: VirtualClock) => Promise<EventLog>;

export const START_MS = Date.parse('2026-01-01T00:00:00Z');
export const ORDERS = asArn('arn:aws:kinesis:us-east-1:000000000000:stream/orders');
const OTHERS = asArn('arn:aws:kinesis:us-east-1:000000000000:stream/others');
export const ALL = { maxRecords: 10_000, maxBytes: 2 ** 30 };

/** An entry with that text. */
export const entry = (data: string): StreamEntry => ({ partitionKey: `key of ${data}`, data: Buffer.from(data) });

/** A clock that stands at the start. */
export const standingClock = (): VirtualClock => createVirtualClock(START_MS, createActivity());

/** The texts of what is read. */
export async function textsOf(log: EventLog, partition = 0, from = 0, limits = ALL, name = ORDERS) {
  const records = await log.read(name, partition, from, limits);
  return records.map(({ entry: { data } }) => Buffer.from(data).toString());
}

/** What every driver of the port must do. */
export function describeEventLog(driver: string, open: OpenEventLog): void {
  async function setUp(partitions = 1) {
    const clock = standingClock();
    const log = await open(clock);
    await log.create(ORDERS, partitions);
    const append = (texts: readonly string[], partition = 0) => log.append(ORDERS, partition, texts.map(entry));
    return { clock, log, append };
  }

  describe(`a log on ${driver}`, () => {
    test('gives entries offsets that grow by one, and reads them in that order', async () => {
      const { log, append } = await setUp();
      expect(await append(['a', 'b'])).toMatchObject([
        { offset: 0, arrivedAtMs: START_MS },
        { offset: 1, arrivedAtMs: START_MS },
      ]);
      expect(await append(['c'])).toMatchObject([{ offset: 2 }]);
      expect(await log.read(ORDERS, 0, 1, ALL)).toMatchObject([
        { offset: 1, arrivedAtMs: START_MS, entry: { partitionKey: 'key of b' } },
        { offset: 2 },
      ]);
      expect(await textsOf(log)).toEqual(['a', 'b', 'c']);
    });

    test('keeps appends that were begun one after another in that order', async () => {
      const { log, append } = await setUp();
      const texts = Array.from({ length: 200 }, (_, each) => `${each}`);
      const appended = await Promise.all(texts.map((text) => append([text])));
      expect(appended.map(([place]) => place?.offset)).toEqual(texts.map(Number));
      expect(await textsOf(log)).toEqual(texts);
    });

    test('keeps partitions and logs apart', async () => {
      const { log, append } = await setUp(2);
      await log.create(OTHERS, 1);
      await append(['a'], 0);
      await append(['b'], 1);
      await log.append(OTHERS, 0, [entry('c')]);
      expect(await textsOf(log, 0)).toEqual(['a']);
      expect(await textsOf(log, 1)).toEqual(['b']);
      expect(await textsOf(log, 0, 0, ALL, OTHERS)).toEqual(['c']);
    });

    test('keeps bytes as they are', async () => {
      const { log } = await setUp();
      const data = Uint8Array.from({ length: 256 }, (_, each) => each);
      const partitionKey = 'ключ 💣 \u0000';
      await log.append(ORDERS, 0, [
        { partitionKey, data },
        { partitionKey: 'empty', data: new Uint8Array(0) },
      ]);
      const [first, second] = await log.read(ORDERS, 0, 0, ALL);
      expect(first?.entry.partitionKey).toBe(partitionKey);
      expect(Buffer.from(first?.entry.data ?? []).equals(data)).toBe(true);
      expect(second?.entry.data).toHaveLength(0);
    });

    test('reads so many records and bytes, but always one', async () => {
      const { log, append } = await setUp();
      await append(['aaaaaaaaaa', 'b', 'c', 'd']);
      expect(await textsOf(log, 0, 0, { ...ALL, maxRecords: 2 })).toEqual(['aaaaaaaaaa', 'b']);
      expect(await textsOf(log, 0, 0, { ...ALL, maxBytes: 1 })).toEqual(['aaaaaaaaaa']);
      const size = Buffer.byteLength('key of b') + 1;
      expect(await textsOf(log, 0, 1, { ...ALL, maxBytes: 2 * size })).toEqual(['b', 'c']);
    });

    test('reads nothing behind the end, or where there is nothing', async () => {
      const { log, append } = await setUp();
      await append(['a']);
      expect(await textsOf(log, 0, 1)).toEqual([]);
      expect(await textsOf(log, 5)).toEqual([]);
      expect(await textsOf(log, 0, 0, ALL, OTHERS)).toEqual([]);
      expect(await log.bounds(OTHERS, 0)).toEqual({ first: 0, next: 0 });
      expect(await log.offsetAt(OTHERS, 0, 0)).toBe(0);
    });

    test('says where an entry that arrived at some time lies', async () => {
      const { log, append, clock } = await setUp();
      for (const texts of [['a', 'b'], ['c'], ['d']]) {
        await append(texts);
        await clock.advance(HOUR);
      }
      const at = (hours: number) => log.offsetAt(ORDERS, 0, START_MS + hours * HOUR);
      expect([await at(-1), await at(0), await at(0.5), await at(1), await at(2), await at(3)]).toEqual([
        0, 0, 2, 2, 3, 4,
      ]);
    });

    test('never lets a later entry arrive earlier', async () => {
      const { log, append, clock } = await setUp();
      await clock.advance(SECOND);
      await append(['a', 'b']);
      const times = (await log.read(ORDERS, 0, 0, ALL)).map(({ arrivedAtMs }) => arrivedAtMs);
      expect(times).toEqual([START_MS + SECOND, START_MS + SECOND]);
    });

    test('wakes who waits once entries can be read', async () => {
      const { log, append } = await setUp(2);
      const seen: number[] = [];
      const watch = log.onAppend(ORDERS, 0, () => seen.push(log.known(ORDERS, 0).next));
      await append(['x'], 1);
      await append(['a', 'b']);
      expect(seen).toEqual([2]);
      watch[Symbol.dispose]();
      await append(['c']);
      expect(seen).toEqual([2]);
    });

    test('forgets what lies before an offset, and gives no offset twice', async () => {
      const { log, append } = await setUp();
      await append(['a', 'b', 'c']);
      await log.trimBefore(ORDERS, 0, 2);
      expect(await log.bounds(ORDERS, 0)).toEqual({ first: 2, next: 3 });
      expect(await textsOf(log)).toEqual(['c']);
      await log.trimBefore(ORDERS, 0, 1);
      await log.trimBefore(ORDERS, 0, 99);
      expect(await log.bounds(ORDERS, 0)).toEqual({ first: 3, next: 3 });
      expect(await log.offsetAt(ORDERS, 0, 0)).toBe(3);
      expect(await append(['d'])).toMatchObject([{ offset: 3 }]);
      expect(await textsOf(log)).toEqual(['d']);
    });

    test('trims much at once', async () => {
      const { log, append } = await setUp();
      const texts = Array.from({ length: 5_500 }, (_, each) => `${each}`);
      await append(texts);
      await log.trimBefore(ORDERS, 0, 5_499);
      expect(await textsOf(log)).toEqual(['5499']);
    });

    test('grows, and keeps what it has when it is created again', async () => {
      const { log, append } = await setUp();
      await append(['a']);
      await expect(append(['b'], 1)).rejects.toMatchObject({ code: 'LOG_MISSING' });
      await log.grow(ORDERS, 2);
      await append(['b'], 1);
      await log.create(ORDERS, 2);
      expect(await textsOf(log, 0)).toEqual(['a']);
      expect(await textsOf(log, 1)).toEqual(['b']);
    });

    test('begins anew after it was dropped', async () => {
      const { log, append } = await setUp();
      await append(['a']);
      await log.drop(ORDERS);
      await log.drop(ORDERS);
      expect(await textsOf(log)).toEqual([]);
      await expect(append(['b'])).rejects.toMatchObject({ code: 'LOG_MISSING' });
      await log.create(ORDERS, 1);
      expect(await log.bounds(ORDERS, 0)).toEqual({ first: 0, next: 0 });
      await append(['c']);
      expect(await textsOf(log)).toEqual(['c']);
    });
  });
}
