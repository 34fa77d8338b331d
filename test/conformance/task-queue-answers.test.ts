// The task queue on Redis where an answer gets lost: what Redis has done is not done again, and what follows from it is.
import { afterEach, expect, test } from 'vitest';
import type { RedisLink } from '../../src/backends/redis/link.ts';
import { openMembers } from '../../src/backends/redis/members/members.ts';
import type { Script } from '../../src/backends/redis/script.ts';
import { openTaskQueue } from '../../src/backends/redis/task-queue/task-queue.ts';
import { ADD, PROMOTE, SETTLE } from '../../src/backends/redis/task-queue/task-scripts.ts';
import { createActivity } from '../../src/core/activity.ts';
import { realClock, SECOND } from '../../src/core/clock.ts';
import { BackendUnavailable } from '../../src/core/errors.ts';
import type { TaskQueue, TaskVerdict } from '../../src/core/ports/task-queue.ts';
import { systemRandom } from '../../src/core/random.ts';
import { describeOn } from '../support/backends.ts';
import { createTestRedis } from '../support/test-redis.ts';

describeOn(['redis'], 'a task on Redis is run', () => {
  const opened: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
  });
  /** A queue that is looked after; from `lose` on its link loses the next answer of that script. */
  const openLosing = async (lost: Script) => {
    const redis = createTestRedis();
    const link = await redis.open();
    let isLosing = false;
    let look = () => {};
    const looked = new Promise<void>((resolve) => {
      look = resolve;
    });
    const run: RedisLink['run'] = async (script, ...rest) => {
      const answer = await link.run<never>(script, ...rest);
      // With this a worker ends its look for what was there before it.
      if (script === PROMOTE) look();
      if (!isLosing || script !== lost) return answer;
      isLosing = false;
      throw new BackendUnavailable('Redis', 'the answer was lost');
    };
    const members = await openMembers({ link, random: systemRandom });
    const around = { members, clock: realClock, activity: createActivity() };
    const tasks = await openTaskQueue({ link: { ...link, run }, ...around });
    opened.push(redis, members, tasks);
    const lose = () => {
      isLosing = true;
    };
    return { tasks, looked, lose };
  };
  /** Runs tasks with these verdicts, then as done; resolves when that many have begun. */
  const runs = async (tasks: TaskQueue, count: number, verdicts: TaskVerdict[] = []) => {
    const stopping = new AbortController();
    const ran: unknown[] = [];
    let processing: Promise<void> | undefined;
    await new Promise<void>((resolve) => {
      const run = async ({ data }: { readonly data: unknown }): Promise<TaskVerdict> => {
        if (ran.push(data) === count) resolve();
        return verdicts.shift() ?? { kind: 'done' };
      };
      processing = tasks.process('q', 1, run, stopping.signal);
    });
    stopping.abort();
    await processing;
    return ran;
  };

  test('that was added again after adding it seemed to fail', async () => {
    const { tasks, looked, lose } = await openLosing(ADD);
    const ran = runs(tasks, 1);
    await looked;
    lose();
    const task = { id: 'a', data: 'first', dueAtMs: 0 };
    await expect(tasks.add('q', task)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    await tasks.add('q', { ...task, data: 'second' });
    expect(await ran).toEqual(['first']);
  });

  test('that fell due while nobody heard of it', async () => {
    const { tasks, looked, lose } = await openLosing(PROMOTE);
    const ran = runs(tasks, 1);
    await looked;
    lose();
    await tasks.add('q', { id: 'a', data: 'late', dueAtMs: realClock.nowMs() + SECOND });
    expect(await ran).toEqual(['late']);
  });

  test('that is due again at once', async () => {
    const { tasks, looked, lose } = await openLosing(SETTLE);
    const ran = runs(tasks, 2, [{ kind: 'again', data: 'again', dueAtMs: 0 }]);
    await looked;
    lose();
    await tasks.add('q', { id: 'a', data: 'first', dueAtMs: 0 });
    expect(await ran).toEqual(['first', 'again']);
  });
});
