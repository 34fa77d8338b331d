// Leases on Redis, alone and between processes: who is killed gives way, who waits is heard, who is cut off lets go.
import { afterEach, expect, test } from 'vitest';
import type { RedisLink } from '../../src/backends/redis/link.ts';
import { openLeases } from '../../src/backends/redis/members/leases.ts';
import { MEMBER_TTL_MS, openMembers } from '../../src/backends/redis/members/members.ts';
import { startStopwatch } from '../../src/core/clock.ts';
import type { Lease } from '../../src/core/ports/leases.ts';
import { systemRandom } from '../../src/core/random.ts';
import { openBackendProxy } from '../support/backend-proxy.ts';
import { backends, describeOn } from '../support/backends.ts';
import { until } from '../support/patience.ts';
import { createTestRedis } from '../support/test-redis.ts';
import { describeLeases } from './leases.ts';

const FOREVER = new AbortController().signal;

describeOn(['redis'], 'leases on Redis', () => {
  const opened: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
  });
  const space = (url?: string) => {
    const redis = createTestRedis(url);
    opened.push(redis);
    return redis;
  };
  const open = async (link: RedisLink) => {
    const members = await openMembers({ link, random: systemRandom });
    const leases = await openLeases({ link, members });
    opened.push(members, leases);
    return { link, leases };
  };
  const held = async (lease: Promise<Lease | undefined>): Promise<Lease> => {
    const granted = await lease;
    if (!granted) throw new Error('no lease was granted');
    return granted;
  };

  describeLeases(async () => (await open(await space().open())).leases);

  test('lets one of several processes hold, and tells it when another waits', async () => {
    const redis = space();
    const [a, b] = [await open(await redis.open()), await open(await redis.open())];
    expect(await a.leases.members()).toBe(2);
    const first = await held(a.leases.hold('shard', FOREVER));
    expect(first.isWanted).toBe(false);
    const leaving = new AbortController();
    const waiting = b.leases.hold('shard', leaving.signal);
    await until(() => first.isWanted);
    leaving.abort();
    expect(await waiting).toBeUndefined();
    await until(() => !first.isWanted);
    const second = b.leases.hold('shard', FOREVER);
    await until(() => first.isWanted);
    await first[Symbol.asyncDispose]();
    const next = await held(second);
    expect(next.token).toBeGreaterThan(first.token);
    expect(next.isWanted).toBe(false);
    await next[Symbol.asyncDispose]();
  });

  test('goes to who waits as soon as it is given back', async () => {
    const redis = space();
    const [a, b] = [await open(await redis.open()), await open(await redis.open())];
    let holder = await held(a.leases.hold('shard', FOREVER));
    const passedMs = startStopwatch();
    for (let turn = 0; turn < 10; turn += 1) {
      const next = held((turn % 2 ? a : b).leases.hold('shard', FOREVER));
      await until(() => holder.isWanted);
      await holder[Symbol.asyncDispose]();
      holder = await next;
    }
    // Each turn takes milliseconds; who looked with each sign of life would need a member's time for four.
    expect(passedMs()).toBeLessThan(MEMBER_TTL_MS);
    await holder[Symbol.asyncDispose]();
  });

  test('tells a holder of those who waited before it held', async () => {
    const redis = space();
    const [a, b, c] = [await open(await redis.open()), await open(await redis.open()), await open(await redis.open())];
    const first = await held(a.leases.hold('x', FOREVER));
    const [second, third] = [b.leases.hold('x', FOREVER), c.leases.hold('x', FOREVER)];
    await until(() => first.isWanted);
    await first[Symbol.asyncDispose]();
    const winner = await held(Promise.race([second, third]));
    await until(() => winner.isWanted);
    await winner[Symbol.asyncDispose]();
    const loser = (await held(second)).token === winner.token ? await held(third) : await held(second);
    expect(loser.isWanted).toBe(false);
    await loser[Symbol.asyncDispose]();
  });

  test('gives the leases of a process that vanished to those who wait, within the time they outlive it', async () => {
    const redis = space();
    const [a, b] = [await open(await redis.open()), await open(await redis.open())];
    await held(a.leases.hold('x', FOREVER));
    await held(a.leases.hold('y', FOREVER));
    const next = b.leases.hold('x', FOREVER);
    // As a kill does: nothing is said any more.
    await a.link[Symbol.asyncDispose]();
    const passedMs = startStopwatch();
    await held(next);
    expect(passedMs()).toBeLessThan(2 * MEMBER_TTL_MS);
    expect(await b.leases.members()).toBe(1);
  });

  test('loses what it holds when it cannot reach Redis in time, and holds again by itself once it can', async () => {
    await using proxy = await openBackendProxy(backends.redis ?? '');
    const redis = space(proxy.url);
    const { leases } = await open(await redis.open());
    const first = await held(leases.hold('x', FOREVER));
    const second = leases.hold('x', FOREVER);
    proxy.down();
    await new Promise((resolve) => first.lost.addEventListener('abort', resolve));
    proxy.restore();
    const again = await held(second);
    expect(again.token).toBeGreaterThan(first.token);
    expect(again.lost.aborted).toBe(false);
    await again[Symbol.asyncDispose]();
  });

  test('keeps what it holds over a short outage, and gives back afterwards what it could not give back', async () => {
    await using proxy = await openBackendProxy(backends.redis ?? '');
    const redis = space(proxy.url);
    const { leases } = await open(await redis.open());
    const other = await open(await redis.open());
    const kept = await held(leases.hold('kept', FOREVER));
    const given = await held(leases.hold('given', FOREVER));
    proxy.down();
    await given[Symbol.asyncDispose]();
    proxy.restore();
    await held(other.leases.hold('given', FOREVER));
    expect(kept.lost.aborted).toBe(false);
  });

  test('leaves nothing behind', async () => {
    const redis = space();
    const link = await redis.open();
    const members = await openMembers({ link, random: systemRandom });
    const leases = await openLeases({ link, members });
    const first = await held(leases.hold('a', FOREVER));
    await held(leases.hold('b', FOREVER));
    await first[Symbol.asyncDispose]();
    await leases[Symbol.asyncDispose]();
    await members[Symbol.asyncDispose]();
    expect(await redis.keys()).toEqual(['leases:token']);
  });
});
