// Log streams in Redis do what the port promises, and are one for all processes of a namespace.
import { afterAll, expect, test } from 'vitest';
import { openLogStore } from '../../src/backends/redis/log-store/log-store.ts';
import { describeOn } from '../support/backends.ts';
import { createTestRedis, type TestRedis } from '../support/test-redis.ts';
import { describeLogStore, events, GROUP, STREAM, textsOf } from './log-store.ts';

describeOn(['redis'], 'log streams on Redis', () => {
  const spaces: TestRedis[] = [];
  const space = () => {
    const redis = createTestRedis();
    spaces.push(redis);
    return redis;
  };
  afterAll(async () => {
    for (const each of spaces) await each[Symbol.asyncDispose]();
  });

  describeLogStore('Redis', async () => openLogStore({ link: await space().open() }));

  test('shows a process what another stored', async () => {
    const redis = space();
    await using a = await openLogStore({ link: await redis.open() });
    await using b = await openLogStore({ link: await redis.open() });
    await a.create(GROUP, STREAM, 7);
    await a.append(GROUP, STREAM, events(['from a']), 5000);
    await b.append(GROUP, STREAM, events(['from b'], 2000), 5000);
    expect(await textsOf(a)).toEqual(['from a', 'from b']);
    expect(await textsOf(b)).toEqual(['from a', 'from b']);
  });

  test('leaves nothing of a group that is dropped', async () => {
    const redis = space();
    await using store = await openLogStore({ link: await redis.open() });
    await store.create(GROUP, STREAM, 7);
    await store.append(GROUP, STREAM, events(['a']), 5000);
    await store.drop(GROUP);
    expect(await redis.keys()).toEqual(['log-streams-count']);
  });
});
