import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { openMembers } from '../../src/backends/redis/members/members.ts';
import { openRegistry } from '../../src/backends/redis/registry.ts';
import { openTaskQueue } from '../../src/backends/redis/task-queue/task-queue.ts';
import { createActivity } from '../../src/core/activity.ts';
import { realClock } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { createTestRedis } from '../support/test-redis.ts';
import { inParallel, median, type Row, timed } from './measure.ts';

const COUNT = 2000;
const WIDTH = 64;
const IDLE_RUNS = 50;
const VALUE = { text: 'x'.repeat(1000) };

/** The registry and asynchronous tasks on Redis; the floor is the raw client, and BullMQ alone, on the same engine. */
export async function measureStateBackends(url = process.env['HEADWATER_TEST_REDIS']): Promise<readonly Row[]> {
  if (url === undefined) throw new Error('HEADWATER_TEST_REDIS is not set: see npm run backends');
  await using redis = createTestRedis(url);
  const raw = new Redis(url, { maxRetriesPerRequest: null });
  try {
    return [...(await measureRegistry(redis, raw)), ...(await measureTasks(redis, raw))];
  } finally {
    raw.disconnect();
  }
}

type Space = ReturnType<typeof createTestRedis>;

async function measureRegistry(redis: Space, raw: Redis): Promise<readonly Row[]> {
  const link = await redis.open();
  await using registry = await openRegistry({ link });
  const key = `${link.prefix}floor`;
  const text = JSON.stringify(VALUE);
  const perSecond = async (work: (index: number) => Promise<unknown>) =>
    (COUNT * 1000) / (await timed(() => inParallel(COUNT, WIDTH, work)));
  const ways = {
    put: [(n: number) => registry.put(`k/${n % 100}`, VALUE), (n: number) => raw.hset(key, n % 100, text)],
    get: [(n: number) => registry.get(`k/${n % 100}`), (n: number) => raw.hget(key, String(n % 100))],
  } as const;
  const rows: Row[] = [];
  for (const [name, [ours, floor]] of Object.entries(ways)) {
    for (const warmUp of [ours, floor]) await perSecond(warmUp);
    rows.push({
      what: `registry ${name}, ${WIDTH} at once`,
      ours: await perSecond(ours),
      floor: await perSecond(floor),
      floorName: 'raw client',
      unit: '/s',
      aim: { value: 0.5, atLeast: true },
    });
  }
  return rows;
}

async function measureTasks(redis: Space, raw: Redis): Promise<readonly Row[]> {
  const link = await redis.open();
  await using members = await openMembers({ link, random: systemRandom });
  await using tasks = await openTaskQueue({ link, members, clock: realClock, activity: createActivity() });
  const stop = new AbortController();
  let ran = () => {};
  const processing = tasks.process(
    'bench',
    WIDTH,
    async () => {
      ran();
      return { kind: 'done' };
    },
    stop.signal,
  );
  const connection = raw.duplicate();
  const queue = new Queue('floor', { connection, prefix: `${link.prefix}floor` });
  const worker = new Worker('floor', async () => ran(), {
    connection,
    prefix: `${link.prefix}floor`,
    concurrency: WIDTH,
  });
  const ways = {
    ours: (n: number) => tasks.add('bench', { id: `task ${n}`, data: VALUE, dueAtMs: 0 }),
    floor: (n: number) => queue.add('run', VALUE, { jobId: `task-${n}`, removeOnComplete: true }),
  };
  let added = 0;
  const through = async (add: (n: number) => Promise<unknown>, count: number) => {
    let left = count;
    const all = new Promise<void>((resolve) => {
      ran = () => {
        left -= 1;
        if (left === 0) resolve();
      };
    });
    await inParallel(count, WIDTH, () => add(added++));
    await all;
  };
  const idle = async (add: (n: number) => Promise<unknown>) => {
    const tookMs: number[] = [];
    for (let n = 0; n < IDLE_RUNS; n += 1) tookMs.push(await timed(() => through(add, 1)));
    return median(tookMs);
  };
  for (const add of Object.values(ways)) await through(add, COUNT / 4);
  const rows: Row[] = [
    {
      what: 'asynchronous tasks, added and run',
      ours: (COUNT * 1000) / (await timed(() => through(ways.ours, COUNT))),
      floor: (COUNT * 1000) / (await timed(() => through(ways.floor, COUNT))),
      floorName: 'BullMQ alone',
      unit: '/s',
      aim: { value: 0.5, atLeast: true },
    },
    {
      what: 'idle task, added → run',
      ours: await idle(ways.ours),
      floor: await idle(ways.floor),
      floorName: 'BullMQ alone',
      unit: 'ms',
      aim: { value: 3 },
    },
  ];
  stop.abort();
  await Promise.all([processing, worker.close(), queue.close()]);
  connection.disconnect();
  return rows;
}
