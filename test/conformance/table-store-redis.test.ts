// The table store on Redis: alone, with several processes, and while Redis cannot be reached.
import { afterAll, describe, expect, test } from 'vitest';
import { openRedis } from '../../src/backends/redis/link.ts';
import { openTableStore } from '../../src/backends/redis/table-store/table-store.ts';
import { asArn } from '../../src/core/arn.ts';
import { realClock } from '../../src/core/clock.ts';
import type { TableStore, TableWrite } from '../../src/core/ports/table-store.ts';
import { openBackendProxy } from '../support/backend-proxy.ts';
import { backends, describeOn } from '../support/backends.ts';
import { createTestRedis, type TestRedis } from '../support/test-redis.ts';
import { describeTableChanges } from './table-changes.ts';
import { describeTableStore } from './table-store.ts';

const TABLE = asArn('arn:aws:dynamodb:us-east-1:000000000000:table/orders');
const STREAM = asArn(`${TABLE}/stream/2026-01-01T00:00:00.000`);

describeOn(['redis'], 'table store on redis', () => {
  const opened: TestRedis[] = [];
  afterAll(async () => {
    for (const redis of opened) await redis[Symbol.asyncDispose]();
  });
  const createRedis = (url?: string) => {
    const redis = createTestRedis(url);
    opened.push(redis);
    return redis;
  };
  const createDriver = () => {
    const redis = createRedis();
    return {
      durable: true,
      open: async (clock = realClock) => await openTableStore({ link: await redis.open(), clock }),
    };
  };
  describeTableStore('redis', createDriver);
  describeTableChanges('redis', createDriver);

  const openTwo = async (redis = createRedis()) => {
    const open = async () => await openTableStore({ link: await redis.open(), clock: realClock });
    const [one, other] = await Promise.all([open(), open()]);
    await one.create(TABLE);
    await one.changes.create(STREAM);
    return { redis, one, other };
  };

  describe('Two processes on one Redis', () => {
    test('count up together: each of their writes is made once, and each change is in the stream', async () => {
      const { one, other } = await openTwo();
      await Promise.all([one, other, one, other].map((store) => countUp(store, 25)));
      const [item] = await other.read(TABLE, ['counter']);
      expect(item?.item).toEqual({ n: { N: '100' } });
      const changes = await one.changes.read(STREAM, 0, 0, { maxRecords: 1000, maxBytes: 1e6 });
      const numbers = changes.map(({ entry }) => Number(entry.change.eventId));
      expect(numbers).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    });

    test('hear of what the other writes, and forget what the other dropped', async () => {
      const { one, other } = await openTwo();
      const appended = nextAppend(other);
      await one.commit([counting(1, 0)]);
      await appended.happened;
      expect(other.changes.known(STREAM, 0)).toEqual({ first: 0, next: 1 });
      await one.changes.drop(STREAM);
      await one.changes.create(STREAM);
      const again = nextAppend(other);
      const [item] = await one.read(TABLE, ['counter']);
      await one.commit([counting(2, item?.version ?? 0)]);
      await again.happened;
      expect(other.changes.known(STREAM, 0)).toEqual({ first: 0, next: 1 });
    });

    test('learn on listening of what was there before', async () => {
      const { redis, one, other } = await openTwo();
      await one.commit([counting(1, 0)]);
      const late = await openTableStore({ link: await redis.open(), clock: realClock });
      await nextAppend(late).happened;
      expect(late.changes.known(STREAM, 0)).toEqual(other.changes.known(STREAM, 0));
    });

    test('leave nothing of a table and its stream', async () => {
      const { redis, one, other } = await openTwo();
      const entries = [
        { index: '', partition: 'x', sort: '' },
        { index: 'by-name', partition: 'y', sort: 'z' },
      ];
      await one.commit([{ ...counting(1, 0), change: { item: {}, bytes: 1, entries } }]);
      await other.changes.grow(STREAM, 2);
      await other.commit([{ ...counting(2, 0), key: 'another', expected: 0 }]);
      await other.drop(TABLE);
      await other.changes.drop(STREAM);
      expect(await redis.keys()).toEqual(['changes:count', 'tables:count', 'tables:version']);
    });
  });

  describe('While Redis cannot be reached', () => {
    test('all is refused; afterwards what was acknowledged is there, and who listens missed nothing', async () => {
      await using proxy = await openBackendProxy(backends.redis ?? '');
      const redis = createRedis(proxy.url);
      const { one } = await openTwo(redis);
      await one.commit([counting(1, 0)]);
      await one.changes.bounds(STREAM, 0);
      proxy.down();
      const refused = { code: 'BACKEND_UNAVAILABLE' };
      await expect(one.commit([counting(2, 1)])).rejects.toMatchObject(refused);
      await expect(one.read(TABLE, ['counter'])).rejects.toMatchObject(refused);
      await expect(one.changes.read(STREAM, 0, 0, { maxRecords: 1, maxBytes: 1 })).rejects.toMatchObject(refused);
      const appended = nextAppend(one);
      proxy.restore();
      await eventually(() => one.read(TABLE, ['counter']));
      const [item] = await one.read(TABLE, ['counter']);
      expect(item?.item).toEqual({ n: { N: '1' } });
      await one.commit([counting(2, item?.version ?? 0)]);
      await appended.happened;
      expect((await one.changes.bounds(STREAM, 0)).next).toBe(2);
    });

    test('what others write is learnt of as soon as it is back', async () => {
      await using proxy = await openBackendProxy(backends.redis ?? '');
      const near = createRedis();
      const { one } = await openTwo(near);
      const { namespace } = near;
      await using link = await openRedis({ url: proxy.url, namespace, deadlineMs: 5000, told: () => {} });
      await using other = await openTableStore({ link, clock: realClock });
      await one.commit([counting(1, 0)]);
      await nextAppend(other).happened;
      const appended = nextAppend(other, 2);
      proxy.down();
      const [item] = await one.read(TABLE, ['counter']);
      await one.commit([counting(2, item?.version ?? 0)]);
      proxy.restore();
      await appended.happened;
      expect(other.changes.known(STREAM, 0)).toEqual({ first: 0, next: 2 });
    });
  });
});

function counting(number: number, expected: number): TableWrite {
  const item = { n: { N: String(number) } };
  const entry = {
    name: 'MODIFY',
    change: { eventId: String(number), keys: item, newImage: item, sizeBytes: 10, viewType: 'NEW_IMAGE' },
  } as const;
  const change = { item, bytes: 10, entries: [{ index: '', partition: 'counter', sort: '' }] };
  return { table: TABLE, key: 'counter', expected, change, records: [{ stream: STREAM, entry }] };
}

async function countUp(store: TableStore, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const [found] = await store.read(TABLE, ['counter']);
    const before = found?.item['n'];
    const next = 1 + (before && 'N' in before ? Number(before.N) : 0);
    if ((await store.commit([counting(next, found?.version ?? 0)])) === 'committed') done += 1;
  }
}

/** Resolves once the process knows of that many changes. */
function nextAppend({ changes }: TableStore, count = 1) {
  const happened = new Promise<void>((resolve) => {
    const listening = changes.onAppend(STREAM, 0, () => {
      if (changes.known(STREAM, 0).next < count) return;
      listening[Symbol.dispose]();
      resolve();
    });
  });
  return { happened };
}

async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
