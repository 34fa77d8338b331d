// The registry on Redis, alone and shared by two processes.
import { afterAll, afterEach, expect, test } from 'vitest';
import { openRegistry } from '../../src/backends/redis/registry.ts';
import { openBackendProxy } from '../support/backend-proxy.ts';
import { backends, describeOn } from '../support/backends.ts';
import { createTestRedis, type TestRedis } from '../support/test-redis.ts';
import { describeRegistry } from './registry.ts';

describeOn(['redis'], 'a registry on Redis', () => {
  const spaces: TestRedis[] = [];
  const space = () => {
    const made = createTestRedis();
    spaces.push(made);
    return made;
  };
  afterAll(async () => {
    for (const each of spaces) await each[Symbol.asyncDispose]();
  });

  describeRegistry(async () => openRegistry({ link: await space().open() }));

  const two = async () => {
    const redis = space();
    return {
      redis,
      first: await openRegistry({ link: await redis.open() }),
      second: await openRegistry({ link: await redis.open() }),
    };
  };
  const disposing: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const each of disposing.splice(0)) await each[Symbol.asyncDispose]();
  });

  test('shows each process at once what another has stored', async () => {
    const { first, second } = await two();
    disposing.push(first, second);
    for (let n = 0; n < 100; n += 1) {
      await first.put('k', { n });
      expect((await second.get('k'))?.value).toEqual({ n });
    }
    await first.remove('k');
    expect(await second.get('k')).toBeUndefined();
  });

  test('tells every process of a change once, in the order of the changes', async () => {
    const { first, second } = await two();
    disposing.push(first, second);
    const told: Record<'first' | 'second', (string | undefined)[]> = { first: [], second: [] };
    const all = Promise.all([
      new Promise<void>((resolve) => void second.watch('', (key) => told.second.push(key) === 4 && resolve())),
      new Promise<void>((resolve) => void first.watch('', (key) => told.first.push(key) === 4 && resolve())),
    ]);
    await first.put('a', 1);
    await second.put('b', 1);
    await first.remove('a');
    await second.put('c', 1);
    await all;
    expect(told).toEqual({ first: ['a', 'b', 'a', 'c'], second: ['a', 'b', 'a', 'c'] });
  });

  test('tells who watches that changes may have been missed when the subscription was cut', async () => {
    await using proxy = await openBackendProxy(backends.redis ?? '');
    const redis = createTestRedis(proxy.url);
    spaces.push(redis);
    await using registry = await openRegistry({ link: await redis.open() });
    const missed = new Promise<string | undefined>((resolve) => {
      registry.watch('a/', resolve);
    });
    proxy.cut();
    expect(await missed).toBeUndefined();
  });

  test('leaves nothing behind of what was removed', async () => {
    const redis = space();
    const registry = await openRegistry({ link: await redis.open() });
    disposing.push(registry);
    await registry.put('a', { n: 1 });
    await registry.remove('a');
    expect(await redis.keys()).toEqual(['registry:count']);
  });
});
