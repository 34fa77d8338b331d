import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { openLmdbStore } from '../../../src/backends/embedded/store.ts';
import { openTableStore as openEmbedded } from '../../../src/backends/embedded/table-store/table-store.ts';
import { openTableStore as openOnRedis } from '../../../src/backends/redis/table-store/table-store.ts';
import { asArn } from '../../../src/core/arn.ts';
import { realClock } from '../../../src/core/clock.ts';
import type { ChangeRecord, TableStore } from '../../../src/core/ports/table-store.ts';
import { createTestRedis } from '../../support/test-redis.ts';
import type { Row } from '../measure.ts';
import { compare, HALF, perSecond } from './compare.ts';

const table = asArn('arn:aws:dynamodb:us-east-1:000000000000:table/bench');
const stream = asArn(`${table}/stream/2026-01-01T00:00:00.000`);
const DATA = 'x'.repeat(1000);
const ROUNDS = 3;
const WORKS = [
  { name: 'put one at a time', does: 'put', width: 1, times: 200 },
  { name: 'put 64 at once', does: 'put', width: 64, times: 2000 },
  { name: 'put with a change in a stream, 64 at once', does: 'putRecorded', width: 64, times: 2000 },
  { name: 'read 64 at once', does: 'read', width: 64, times: 2000 },
  { name: 'query of 50, 8 at once', does: 'query', width: 8, times: 200 },
] as const;

/** What is measured: a store, or the client's own transactions of the commands that a store needs at least. */
type Subject = Readonly<Record<(typeof WORKS)[number]['does'], (index: number) => Promise<unknown>>>;

/** Items of 1 KB on Redis and embedded; the floor is the raw client with a transaction of the same commands. */
export async function measureTableBackends(url = process.env['HEADWATER_TEST_REDIS']): Promise<readonly Row[]> {
  if (url === undefined) throw new Error('HEADWATER_TEST_REDIS is not set: see npm run backends');
  const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
  await using redis = createTestRedis(url);
  const link = await redis.open();
  const raw = new Redis(url);
  const store = await openLmdbStore({ dataDir: folder, fsync: false });
  const [onRedis, embedded] = [
    await openOnRedis({ link, clock: realClock }),
    openEmbedded({ store, clock: realClock }),
  ];
  try {
    const subjects = {
      floor: rawSubject(raw, `${link.prefix}raw`),
      redis: await subjectOf(onRedis),
      embedded: await subjectOf(embedded),
    };
    const rows: Row[] = [];
    for (const { name, does, width, times } of WORKS) {
      const work = { what: `items of 1 KB, ${name}`, unit: '/s', rounds: ROUNDS, aim: HALF };
      const measure = (subject: Subject) => perSecond(times, width, subject[does]);
      rows.push(...(await compare({ ...work, floorName: 'raw client on Redis', subjects, measure })));
    }
    return rows;
  } finally {
    for (const each of [onRedis, embedded, store]) await each[Symbol.asyncDispose]();
    raw.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

const ITEMS = 1000;
const keyOf = (index: number) => `key-${index % ITEMS}`;
const sortOf = (index: number) => String(index % ITEMS).padStart(4, '0');
const itemOf = (index: number) => ({ p: { S: 'p' }, s: { S: sortOf(index) }, data: { S: DATA } });

async function subjectOf(store: TableStore): Promise<Subject> {
  await store.create(table);
  await store.changes.create(stream);
  await store.changes.grow(stream, 1);
  const put = (index: number, records: readonly ChangeRecord[]) => {
    const entries = [{ index: '', partition: 'p', sort: sortOf(index) }];
    return store.commit([{ table, key: keyOf(index), change: { item: itemOf(index), bytes: 1000, entries }, records }]);
  };
  return {
    put: (index) => put(index, []),
    putRecorded: (index) => put(index, [recordOf(index)]),
    read: (index) => store.read(table, [keyOf(index)]),
    query: () => store.range(table, '', { partition: 'p', limit: 50 }),
  };
}

function recordOf(index: number): ChangeRecord {
  const { p, s } = itemOf(index);
  const change = { eventId: `event-${index}`, keys: { p, s }, newImage: itemOf(index), sizeBytes: 1000 };
  return { stream, entry: { name: 'MODIFY', change: { ...change, viewType: 'NEW_IMAGE' } } };
}

function rawSubject(raw: Redis, prefix: string): Subject {
  const [items, index, facts, changes] = ['items', 'index', 'facts', 'changes'].map((name) => `${prefix}:${name}`) as [
    string,
    string,
    string,
    string,
  ];
  const put = (at: number) =>
    raw
      .multi()
      .hget(items, keyOf(at))
      .hincrby(facts, 'version', 1)
      .hset(items, keyOf(at), JSON.stringify(itemOf(at)))
      .zadd(index, 0, `p ${sortOf(at)} ${keyOf(at)}`)
      .hincrby(facts, 'bytes', 0);
  return {
    put: (at) => put(at).exec(),
    putRecorded: (at) =>
      put(at)
        .xadd(changes, '*', 'size', 1000, 'keys', '{}', 'new', JSON.stringify(itemOf(at)))
        .hincrby(facts, 'next', 1)
        .publish(changes, String(at))
        .exec(),
    read: (at) => raw.hget(items, keyOf(at)),
    // The members, then their rows: what a range needs without a script.
    async query() {
      const members = await raw.zrangebylex(index, '[p ', '(p!', 'LIMIT', 0, 50);
      return await raw.hmget(items, ...members.map((member) => member.slice(member.lastIndexOf(' ') + 1)));
    },
  };
}
