// The journal of several processes, in Redis.
import { afterAll, expect, test } from 'vitest';
import { openJournalStore } from '../../src/backends/redis/journal-store.ts';
import { realClock } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { createSharedJournal } from '../../src/journal/shared-journal.ts';
import { openBackendProxy } from '../support/backend-proxy.ts';
import { backends, describeOn } from '../support/backends.ts';
import { createTestRedis, type TestRedis } from '../support/test-redis.ts';
import { describeJournal, type OpenJournal } from './journal.ts';

describeOn(['redis'], 'a journal on Redis', () => {
  const spaces: TestRedis[] = [];
  const space = (url?: string) => {
    const redis = createTestRedis(url);
    spaces.push(redis);
    return redis;
  };
  afterAll(async () => {
    for (const each of spaces) await each[Symbol.asyncDispose]();
  });
  const openIn = async (redis: TestRedis, { clock, ...limits }: Parameters<OpenJournal>[0]) => {
    const store = await openJournalStore({ link: await redis.open(), random: systemRandom, ...limits });
    const journal = createSharedJournal({ clock, store, ...limits });
    return {
      ...journal,
      get nextOffset() {
        return journal.nextOffset;
      },
      async [Symbol.asyncDispose]() {
        await journal[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      },
    };
  };
  const whats = (journal: Awaited<ReturnType<typeof openIn>>) => journal.read().map(({ what }) => what);

  describeJournal((options) => openIn(space(), options));

  test('shows the same to every process, under the same offsets, also to one that comes later', async () => {
    const redis = space();
    await using a = await openIn(redis, { clock: realClock });
    await using b = await openIn(redis, { clock: realClock });
    for (let n = 0; n < 200; n += 1) (n % 2 ? a : b).append({ kind: 'event', what: `${n}` });
    await Promise.all([a.caughtUp(), b.caughtUp()]);
    await Promise.all([a.caughtUp(), b.caughtUp()]);
    await using late = await openIn(redis, { clock: realClock });
    await late.caughtUp();
    expect(a.read()).toHaveLength(200);
    expect(b.read()).toEqual(a.read());
    expect(late.read()).toEqual(a.read());
  });

  test('wakes who follows it in another process', async () => {
    const redis = space();
    await using a = await openIn(redis, { clock: realClock });
    await using b = await openIn(redis, { clock: realClock });
    await b.caughtUp();
    const woken = new Promise<void>((resolve) => b.subscribe(resolve));
    a.append({ kind: 'event', what: 'here' });
    await woken;
    expect(whats(b)).toEqual(['here']);
  });

  test('keeps over an outage what was appended in it, once', async () => {
    await using proxy = await openBackendProxy(backends.redis ?? '');
    const redis = space(proxy.url);
    await using journal = await openIn(redis, { clock: realClock });
    for (let n = 0; n < 20; n += 1) journal.append({ kind: 'event', what: `before ${n}` });
    proxy.down();
    await new Promise(setImmediate);
    for (let n = 0; n < 20; n += 1) journal.append({ kind: 'event', what: `during ${n}` });
    proxy.restore();
    while (whats(journal).at(-1) !== 'during 19') await new Promise(setImmediate);
    expect(whats(journal).filter((what) => /during|before/.test(what))).toHaveLength(40);
    expect(new Set(whats(journal)).size).toBe(40);
  });

  test('is bounded in Redis, and leaves nothing of a process that has ended', async () => {
    const redis = space();
    const journal = await openIn(redis, { clock: realClock, maxBytes: 20_000 });
    for (let n = 0; n < 50; n += 1) {
      journal.append({ kind: 'event', what: 'x'.repeat(1000) });
      await journal.caughtUp();
    }
    await journal[Symbol.asyncDispose]();
    const link = await redis.open();
    const held = await link.ask((client) => client.memory('USAGE', `${link.prefix}journal:stream`, 'SAMPLES', 0));
    expect(held).toBeLessThan(40_000);
    expect(await redis.keys()).toEqual(['bytes', 'next', 'sizes', 'stream'].map((name) => `journal:${name}`));
  });
});
