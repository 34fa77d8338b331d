import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { openMemoryStore } from '../../../src/backends/embedded/store.ts';
import { openTaskQueue as openEmbedded } from '../../../src/backends/embedded/task-queue.ts';
import { openMembers } from '../../../src/backends/redis/members/members.ts';
import { openTaskQueue } from '../../../src/backends/redis/task-queue/task-queue.ts';
import { createActivity } from '../../../src/core/activity.ts';
import { realClock } from '../../../src/core/clock.ts';
import type { TaskQueue } from '../../../src/core/ports/task-queue.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { createTestRedis } from '../../support/test-redis.ts';
import { inParallel, type Row, timed } from '../measure.ts';
import { compare, HALF } from './compare.ts';

const COUNT = 1000;
const WIDTH = 64;
const VALUE = { text: 'x'.repeat(1000) };
const floorName = 'BullMQ alone';

/** What is measured: adds so many tasks, and resolves when all have run. */
interface Subject extends AsyncDisposable {
  addAndRun(count: number): Promise<void>;
}

/** Asynchronous tasks on Redis and embedded; the floor is BullMQ alone on the same engine. */
export async function measureTaskBackends(url = process.env['HEADWATER_TEST_REDIS']): Promise<readonly Row[]> {
  if (url === undefined) throw new Error('HEADWATER_TEST_REDIS is not set: see npm run backends');
  await using redis = createTestRedis(url);
  const link = await redis.open();
  await using members = await openMembers({ link, random: systemRandom });
  const around = { clock: realClock, activity: createActivity() };
  await using tasks = await openTaskQueue({ link, members, ...around });
  await using floor = bareSubject(url, `${link.prefix}floor`);
  await using onRedis = subjectOf(tasks);
  await using embedded = subjectOf(openEmbedded({ store: openMemoryStore(), ...around }));
  const subjects = { floor, redis: onRedis, embedded };
  return [
    ...(await compare({
      ...{ what: 'asynchronous tasks, added and run', unit: '/s', rounds: 3, aim: HALF, floorName, subjects },
      measure: async (subject) => (COUNT * 1000) / (await timed(() => subject.addAndRun(COUNT))),
    })),
    ...(await compare({
      ...{ what: 'idle task, added → run', unit: 'ms', rounds: 50, aim: { value: 3 }, floorName, subjects },
      measure: (subject) => timed(() => subject.addAndRun(1)),
    })),
  ];
}

/** Adds with `add`, and hears of each run through `ran`. */
function counted(add: (index: number) => Promise<unknown>) {
  let next = 0;
  let ran = () => {};
  return {
    ran: () => ran(),
    async addAndRun(count: number) {
      const all = new Promise<void>((resolve) => {
        let left = count;
        ran = () => {
          left -= 1;
          if (left === 0) resolve();
        };
      });
      await inParallel(count, WIDTH, () => add(next++));
      await all;
    },
  };
}

function subjectOf(tasks: TaskQueue): Subject {
  const { ran, addAndRun } = counted((index) => tasks.add('bench', { id: `task ${index}`, data: VALUE, dueAtMs: 0 }));
  const stop = new AbortController();
  const run = async () => {
    ran();
    return { kind: 'done' } as const;
  };
  const processing = tasks.process('bench', WIDTH, run, stop.signal);
  return {
    addAndRun,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await processing;
    },
  };
}

function bareSubject(url: string, prefix: string): Subject {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new Queue('floor', { connection, prefix });
  const { ran, addAndRun } = counted((index) =>
    queue.add('run', VALUE, { jobId: `task-${index}`, removeOnComplete: true }),
  );
  const worker = new Worker('floor', async () => ran(), { connection, prefix, concurrency: WIDTH });
  return {
    addAndRun,
    async [Symbol.asyncDispose]() {
      await worker.close();
      await queue.close();
      connection.disconnect();
    },
  };
}
