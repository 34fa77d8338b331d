// The event log on Kafka does what the port promises, to several processes too.
// https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { openEventLog } from '../../src/backends/kafka/event-log/event-log.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { EventLog } from '../../src/core/ports/event-log.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import { systemRandom } from '../../src/core/random.ts';
import { describeOn } from '../support/backends.ts';
import { createTestKafka, type TestKafka } from '../support/test-kafka.ts';
import { ALL, describeEventLog, entry, ORDERS, START_MS, standingClock, textsOf } from './event-log.ts';

describeOn(['kafka'], 'on kafka', () => {
  let kafka: TestKafka;
  const logs: EventLog[] = [];
  beforeAll(() => {
    kafka = createTestKafka();
  });
  afterAll(async () => {
    for (const log of logs) await log[Symbol.asyncDispose]();
    await kafka[Symbol.asyncDispose]();
  });

  async function open(clock: Clock, registry: Registry = openRegistry(openMemoryStore())): Promise<EventLog> {
    const log = openEventLog({ link: await kafka.open(), clock, registry, random: systemRandom });
    logs.push(log);
    return log;
  }

  describeEventLog('kafka', (clock) => open(clock));

  describe('a log that several processes share', () => {
    /** Two processes, and a way to start another. */
    async function setUp(partitions = 1) {
      const clock = standingClock();
      const registry = openRegistry(openMemoryStore());
      const start = () => open(clock, registry);
      const [one, other] = [await start(), await start()];
      await one.create(ORDERS, partitions);
      return { clock, one, other, start };
    }

    test('holds what all of them append, of each in its order, and gives no place twice', async () => {
      const { one, other, start } = await setUp();
      const texts = Array.from({ length: 300 }, (_, each) => each);
      const append = (log: EventLog, who: string) =>
        texts.map((each) => log.append(ORDERS, 0, [entry(`${who}${each}`)]));
      const appended = (await Promise.all([...append(one, 'a'), ...append(other, 'b')])).flat();
      expect(new Set(appended.map(({ offset }) => offset)).size).toBe(600);
      const found = await textsOf(await start());
      expect(found).toHaveLength(600);
      for (const who of ['a', 'b']) {
        expect(found.filter((text) => text.startsWith(who))).toEqual(texts.map((each) => `${who}${each}`));
      }
    });

    test('wakes who waits in another process', async () => {
      const { one, other } = await setUp(2);
      const woken = withResolvers();
      using _watch = other.onAppend(ORDERS, 1, () => woken.resolve(undefined));
      await one.append(ORDERS, 1, ['a', 'b'].map(entry));
      await woken.promise;
      expect(other.known(ORDERS, 1)).toEqual({ first: 0, next: 2 });
      expect(await textsOf(other, 1)).toEqual(['a', 'b']);
    });

    test('wakes who waits for what was appended before he came', async () => {
      const { one, other } = await setUp();
      await one.append(ORDERS, 0, [entry('a')]);
      const woken = withResolvers();
      using _watch = other.onAppend(ORDERS, 0, () => woken.resolve(undefined));
      await woken.promise;
      expect(other.known(ORDERS, 0).next).toBe(1);
    });

    test('wakes those who began to wait one after another, each for what concerns him', async () => {
      const { one, other } = await setUp(4);
      const woken: number[] = [];
      const all = withResolvers();
      for (const partition of [0, 1, 2, 3]) {
        other.onAppend(ORDERS, partition, () => {
          woken.push(partition);
          if (woken.length === 3) all.resolve(undefined);
        });
        // The question that is held back for those before him is asked anew.
        await one.append(ORDERS, 0, []);
      }
      for (const partition of [3, 1, 0]) await one.append(ORDERS, partition, [entry('x')]);
      await all.promise;
      expect(woken.toSorted()).toEqual([0, 1, 3]);
    });

    test('takes entries for partitions that another process added', async () => {
      const { one, other } = await setUp();
      await expect(other.append(ORDERS, 1, [entry('a')])).rejects.toMatchObject({ code: 'LOG_MISSING' });
      await one.grow(ORDERS, 3);
      await other.append(ORDERS, 1, [entry('a')]);
      expect(await textsOf(one, 1)).toEqual(['a']);
    });

    test('is gone for all once one has dropped it, and leaves no topic', async () => {
      const { one, other } = await setUp();
      await other.append(ORDERS, 0, [entry('a')]);
      const before = await kafka.topics();
      await one.drop(ORDERS);
      await expect(other.append(ORDERS, 0, [entry('b')])).rejects.toMatchObject({ code: 'LOG_MISSING' });
      expect(await textsOf(other)).toEqual([]);
      expect(await kafka.topics()).toHaveLength(before.length - 1);
    });

    test('begins anew for all after it was dropped and created again, also for who waits', async () => {
      const { one, other } = await setUp();
      await other.append(ORDERS, 0, ['a', 'b'].map(entry));
      let woken = withResolvers();
      using _watch = other.onAppend(ORDERS, 0, () => woken.resolve(undefined));
      await one.drop(ORDERS);
      await one.create(ORDERS, 1);
      woken = withResolvers();
      await one.append(ORDERS, 0, [entry('c')]);
      await woken.promise;
      expect(other.known(ORDERS, 0)).toEqual({ first: 0, next: 1 });
      expect(await textsOf(other)).toEqual(['c']);
    });

    test('is trimmed for all', async () => {
      const { one, other } = await setUp();
      await one.append(ORDERS, 0, ['a', 'b', 'c'].map(entry));
      await other.trimBefore(ORDERS, 0, 2);
      expect(await textsOf(one)).toEqual(['c']);
      expect(one.known(ORDERS, 0)).toEqual({ first: 2, next: 3 });
    });

    test('is created once by all who try at the same time', async () => {
      const { one, other } = await setUp();
      await one.drop(ORDERS);
      const before = await kafka.topics();
      await Promise.all([one, other, one, other].map((log) => log.create(ORDERS, 2)));
      expect(await kafka.topics()).toHaveLength(before.length + 1);
      await one.append(ORDERS, 1, [entry('a')]);
      expect(await textsOf(other, 1)).toEqual(['a']);
    });

    test("has the times of our clock, years away from Kafka's too", async () => {
      const { one, other, clock } = await setUp();
      await clock.advance(10 * 365 * 24 * 3_600_000);
      await one.append(ORDERS, 0, [entry('a')]);
      const [record] = await other.read(ORDERS, 0, 0, ALL);
      expect(record?.arrivedAtMs).toBe(START_MS + 10 * 365 * 24 * 3_600_000);
    });
  });
});

function withResolvers() {
  let resolve = (_value: unknown) => {};
  const promise = new Promise((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}
