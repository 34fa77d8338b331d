// The task queue on Redis and BullMQ, alone and shared by several processes.
import { expect, test } from 'vitest';
import { openMembers } from '../../src/backends/redis/members/members.ts';
import { openReadyJobs } from '../../src/backends/redis/task-queue/ready-jobs.ts';
import { openTaskQueue } from '../../src/backends/redis/task-queue/task-queue.ts';
import { type Activity, createActivity } from '../../src/core/activity.ts';
import { type Clock, realClock, startStopwatch } from '../../src/core/clock.ts';
import type { TaskVerdict } from '../../src/core/ports/task-queue.ts';
import { systemRandom } from '../../src/core/random.ts';
import { openBackendProxy } from '../support/backend-proxy.ts';
import { backends, describeOn } from '../support/backends.ts';
import { createTestRedis, type TestRedis } from '../support/test-redis.ts';
import { taskQueueSuite } from './task-queue.ts';

const DONE: TaskVerdict = { kind: 'done' };
const doneAfter = (say: () => void): TaskVerdict => {
  say();
  return DONE;
};

async function openProcess(redis: TestRedis, parts: { readonly clock: Clock; readonly activity: Activity }) {
  const link = await redis.open();
  const members = await openMembers({ link, random: systemRandom });
  const tasks = await openTaskQueue({ link, members, ...parts });
  return {
    link,
    tasks: {
      ...tasks,
      async [Symbol.asyncDispose]() {
        await tasks[Symbol.asyncDispose]();
        await members[Symbol.asyncDispose]();
        await link[Symbol.asyncDispose]();
      },
    },
  };
}

describeOn(['redis'], 'Redis', () => {
  taskQueueSuite('Redis', () => {
    const redis = createTestRedis();
    return {
      durable: true,
      open: async (parts) => (await openProcess(redis, parts)).tasks,
      [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
    };
  });

  const open = (redis: TestRedis) => openProcess(redis, { clock: realClock, activity: createActivity() });

  test('spreads tasks over processes, each to one', async () => {
    await using redis = createTestRedis();
    const [a, b] = [await open(redis), await open(redis)];
    const stop = new AbortController();
    const ran: Record<'a' | 'b', string[]> = { a: [], b: [] };
    const all = new Promise<void>((resolve) => {
      const count = (by: 'a' | 'b') => async (task: { readonly id: string }) => {
        ran[by].push(task.id);
        await new Promise(setImmediate);
        if (ran.a.length + ran.b.length === 100) resolve();
        return DONE;
      };
      void a.tasks.process('q', 2, count('a'), stop.signal);
      void b.tasks.process('q', 2, count('b'), stop.signal);
    });
    const ids = Array.from({ length: 100 }, (_, n) => `task ${n}`);
    await Promise.all(ids.map((id, n) => (n % 2 ? a : b).tasks.add('q', { id, data: n, dueAtMs: 0 })));
    await all;
    expect([...ran.a, ...ran.b].sort()).toEqual(ids.sort());
    expect(Math.min(ran.a.length, ran.b.length)).toBeGreaterThan(0);
    stop.abort();
    for (const each of [a, b]) await each.tasks[Symbol.asyncDispose]();
  });

  test('runs in another process what falls due after the one that added it is gone', async () => {
    await using redis = createTestRedis();
    const [a, b] = [await open(redis), await open(redis)];
    const stop = new AbortController();
    const ran = new Promise<string>((resolve) => {
      void b.tasks.process('q', 2, async ({ id }) => doneAfter(() => resolve(id)), stop.signal);
    });
    await a.tasks.add('q', { id: 'later', data: 0, dueAtMs: realClock.nowMs() + 200 });
    await a.link[Symbol.asyncDispose]();
    expect(await ran).toBe('later');
    stop.abort();
    for (const each of [a, b]) await each.tasks[Symbol.asyncDispose]();
  });

  test('runs elsewhere what a process that vanished was running', async () => {
    await using redis = createTestRedis();
    const [a, b] = [await open(redis), await open(redis)];
    const stop = new AbortController();
    const begun = new Promise<void>((resolve) => {
      const forever = () => {
        resolve();
        return new Promise<TaskVerdict>(() => {});
      };
      void a.tasks.process('q', 2, forever, stop.signal).catch(() => {});
    });
    await b.tasks.add('q', { id: 'x', data: { n: 1 }, dueAtMs: 0 });
    await begun;
    const ran = new Promise<unknown>((resolve) => {
      void b.tasks.process('q', 2, async ({ data }) => doneAfter(() => resolve(data)), stop.signal);
    });
    await a.link[Symbol.asyncDispose]();
    expect(await ran).toEqual({ n: 1 });
    stop.abort();
    await b.tasks[Symbol.asyncDispose]();
  });

  test('goes on by itself after an outage, with each task that was acknowledged', async () => {
    await using proxy = await openBackendProxy(backends.redis ?? '');
    await using redis = createTestRedis(proxy.url);
    const { tasks } = await open(redis);
    const stop = new AbortController();
    const ran = new Set<string>();
    const acknowledged: string[] = [];
    let end: (() => void) | undefined;
    const processing = tasks.process(
      'q',
      5,
      async ({ id }) => {
        ran.add(id);
        if (id === 'long') {
          await new Promise<void>((resolve) => {
            end = resolve;
          });
        }
        return DONE;
      },
      stop.signal,
    );
    const add = async (id: string) => {
      try {
        await tasks.add('q', { id, data: 0, dueAtMs: 0 });
        acknowledged.push(id);
      } catch (error) {
        expect(error).toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
      }
    };
    await add('long');
    while (!end) await new Promise(setImmediate);
    const adding = Array.from({ length: 50 }, (_, n) => add(`before ${n}`));
    proxy.down();
    await Promise.all(adding);
    await add('while down');
    end();
    proxy.restore();
    while (!acknowledged.includes('after')) {
      await new Promise(setImmediate);
      await add('after');
    }
    while (!acknowledged.every((id) => ran.has(id)) || tasks.due('q').dueNow > 0) await new Promise(setImmediate);
    stop.abort();
    await processing;
    await tasks[Symbol.asyncDispose]();
  });

  test('can be used when its connection was cut right after it was made', async () => {
    await using redis = createTestRedis();
    const link = await redis.open();
    const connect = () => {
      const connection = link.connect();
      const info = async () => {
        throw new Error('Reached the max retries per request limit (which is 0).');
      };
      // What asks whether it is ready has been answered by then.
      return connection.once('ready', () => Object.assign(connection, { info }));
    };
    await using jobs = await openReadyJobs({ ...link, connect }, 'q');
    await jobs.add([{ id: 'a', ticket: '1' }]);
    const ran = new Promise<string>((resolve) => {
      jobs.work(1, async ({ id }) => resolve(id));
    });
    expect(await ran).toBe('a');
  });

  test('closes while Redis is away, without waiting for it', async () => {
    await using proxy = await openBackendProxy(backends.redis ?? '');
    await using redis = createTestRedis(proxy.url);
    const { tasks } = await open(redis);
    const processing = tasks.process('q', 2, async () => DONE, new AbortController().signal);
    proxy.down();
    const passedMs = startStopwatch();
    await tasks[Symbol.asyncDispose]();
    expect(passedMs()).toBeLessThan(15_000);
    void processing;
  });

  test('leaves nothing of a cleared queue but its counts', async () => {
    await using redis = createTestRedis();
    const { tasks } = await open(redis);
    await tasks.add('q', { id: 'a', data: 0, dueAtMs: 0 });
    await tasks.add('q', { id: 'b', data: 0, dueAtMs: realClock.nowMs() + 60_000 });
    await tasks.clear('q');
    await tasks[Symbol.asyncDispose]();
    expect(await redis.keys()).toEqual([
      'jobs:q:events',
      'jobs:q:id',
      'jobs:q:marker',
      'jobs:q:meta',
      'tasks:q:changes',
      'tasks:q:count',
    ]);
  });
});
