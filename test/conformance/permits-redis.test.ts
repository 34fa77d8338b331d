// Permits on Redis, alone and between processes.
import { afterEach, expect, test } from 'vitest';
import type { RedisLink } from '../../src/backends/redis/link.ts';
import { memberKeys } from '../../src/backends/redis/members/member-scripts.ts';
import { MEMBER_TTL_MS, type Members, openMembers } from '../../src/backends/redis/members/members.ts';
import { openPermits } from '../../src/backends/redis/members/permits.ts';
import { realClock } from '../../src/core/clock.ts';
import { BackendUnavailable } from '../../src/core/errors.ts';
import type { Permit, Permits } from '../../src/core/ports/permits.ts';
import { systemRandom } from '../../src/core/random.ts';
import { createListeners } from '../../src/core/waiting/listeners.ts';
import { openBackendProxy } from '../support/backend-proxy.ts';
import { backends, describeOn } from '../support/backends.ts';
import { createTestRedis } from '../support/test-redis.ts';
import { describePermits } from './permits.ts';

describeOn(['redis'], 'permits on Redis', () => {
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
    const permits = openPermits({ link, members, random: systemRandom });
    opened.push(members, permits);
    return { link, permits };
  };
  const leave = (permit: Permit) => {
    if (permit.kind === 'entered') permit[Symbol.dispose]();
  };
  const untilEntered = async (permits: Permits, name: string, limit: number): Promise<Permit> => {
    for (;;) {
      const permit = await permits.enter([{ name, limit }]);
      if (permit.kind === 'entered') return permit;
    }
  };

  describePermits(async () => (await open(await space().open())).permits);

  test('holds a limit over all processes', async () => {
    const redis = space();
    const [a, b] = [await open(await redis.open()), await open(await redis.open())];
    const pool = [{ name: 'f', limit: 5 }];
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? a : b).permits.enter(pool)));
    const entered = all.filter(({ kind }) => kind === 'entered');
    expect(entered).toHaveLength(5);
    for (const permit of entered) leave(permit);
    expect((await untilEntered(b.permits, 'f', 1)).kind).toBe('entered');
  });

  test('frees the places of a process that vanished within seconds', async () => {
    const redis = space();
    const [a, b] = [await open(await redis.open()), await open(await redis.open())];
    await a.permits.enter([{ name: 'f', limit: 1 }]);
    await a.link[Symbol.asyncDispose]();
    const startMs = realClock.nowMs();
    await untilEntered(b.permits, 'f', 1);
    expect(realClock.nowMs() - startMs).toBeLessThan(MEMBER_TTL_MS * 1.5);
  }, 15_000);

  test('counts what goes on again after its process was taken for dead, and gives back what could not be given', async () => {
    await using proxy = await openBackendProxy(backends.redis ?? '');
    const { link, permits } = await open(await space(proxy.url).open());
    const [kept, given] = [
      await permits.enter([{ name: 'f', limit: 3 }]),
      await permits.enter([{ name: 'f', limit: 3 }]),
    ];
    proxy.down();
    leave(given);
    await expect(permits.enter([{ name: 'f', limit: 3 }])).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    const { permits: key, members } = memberKeys(link);
    proxy.restore();
    const taken = async () => {
      await new Promise(setImmediate);
      return await link.ask((client) => client.hget(key, 'f')).catch(() => undefined);
    };
    while ((await taken()) !== '1');
    await link.ask((client) => client.zremrangebyrank(members, 0, -1));
    await link.ask((client) => client.del(key));
    // It finds out with its next sign of life, and takes its own again.
    while ((await taken()) !== '1');
    leave(kept);
    while ((await taken()) !== null);
  }, 15_000);

  test('gives back what it has taken again without hearing of it', async () => {
    const link = await space().open();
    const join = async () => {
      const members = await openMembers({ link, random: systemRandom });
      opened.push(members);
      return members;
    };
    let present = await join();
    const listeners = createListeners<'joined' | 'beat' | 'died'>();
    const members: Pick<Members, 'current' | 'on'> = { current: () => present.current(), on: listeners.add };
    let losing: (() => void) | undefined;
    const run: RedisLink['run'] = async (...asked) => {
      const answer = await link.run<never>(...asked);
      if (!losing) return answer;
      losing();
      throw new BackendUnavailable('Redis', 'the answer was lost');
    };
    const permits = openPermits({ link: { ...link, run }, members, random: systemRandom });
    opened.push(permits);
    const permit = await permits.enter([{ name: 'f', limit: 3 }]);
    const { permits: key } = memberKeys(link);
    const taken = () => link.ask((client) => client.hget(key, 'f'));

    const lost = new Promise<void>((resolve) => {
      losing = resolve;
    });
    present = await join();
    listeners.tell('joined');
    await lost;
    losing = undefined;
    expect(await taken()).toBe('2');
    leave(permit);
    listeners.tell('beat');
    await expect.poll(taken).toBeNull();
  });
});
