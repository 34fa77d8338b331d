// `headwater idle` on any of several processes answers for all of them: architecture.md, "Idleness"; README.md, "Admin API".
import { expect, test } from 'vitest';
import { openJointIdleness } from '../../src/backends/redis/members/joint-idleness.ts';
import { openMembers } from '../../src/backends/redis/members/members.ts';
import { createActivity } from '../../src/core/activity.ts';
import { HOUR, startStopwatch } from '../../src/core/clock.ts';
import { systemRandom as random } from '../../src/core/random.ts';
import { describeOn } from '../support/backends.ts';
import { createTestRedis } from '../support/test-redis.ts';

const NEVER = new AbortController().signal;

describeOn(['redis'], 'idleness of several processes', () => {
  async function start() {
    const redis = createTestRedis();
    const opened: AsyncDisposable[] = [];
    const join = async () => {
      const link = await redis.open();
      const members = await openMembers({ link, random });
      const activity = createActivity();
      const idleness = await openJointIdleness({ link, members, activity, random });
      opened.push(members);
      return { activity, ask: (waitMs: number, stopping = NEVER) => idleness.ask(waitMs, stopping) };
    };
    const [a, b] = [await join(), await join()];
    return {
      ...{ a, b, redis },
      async [Symbol.asyncDispose]() {
        for (const each of opened) await each[Symbol.asyncDispose]();
        await redis[Symbol.asyncDispose]();
      },
    };
  }

  test('what one works at counts in all', async () => {
    await using two = await start();
    const { a, b } = two;
    expect(await a.ask(0)).toEqual({ idle: true, inFlight: 0, dueNow: 0, nextDueAt: undefined, processes: 2 });
    using _own = a.activity.begin('work');
    const work = b.activity.begin('work');
    expect(await a.ask(0)).toMatchObject({ idle: false, inFlight: 2 });
    work[Symbol.dispose]();
    expect(await b.ask(0)).toMatchObject({ idle: false, inFlight: 1, processes: 2 });
  });

  test('what is due to both is counted once', async () => {
    await using two = await start();
    const { a, b } = two;
    using _first = a.activity.probe(() => ({ dueNow: 3, nextDueAtMs: 2000 }));
    using _second = b.activity.probe(() => ({ dueNow: 3, nextDueAtMs: 1000 }));
    expect(await a.ask(0)).toMatchObject({ idle: false, dueNow: 3, nextDueAt: 1000 });
  });

  test('who waits is answered when all rest, also when work goes from one to the other', async () => {
    await using two = await start();
    const { a, b } = two;
    const first = b.activity.begin('first');
    let over = false;
    const rested = a.ask(10_000).then((idleness) => {
      over = true;
      return idleness;
    });
    const second = a.activity.begin('second');
    first[Symbol.dispose]();
    const third = b.activity.begin('third');
    second[Symbol.dispose]();
    await b.ask(0);
    expect(over).toBe(false);
    third[Symbol.dispose]();
    expect(await rested).toMatchObject({ idle: true, processes: 2 });
  });

  test('while one does not answer, nobody is idle; who stops waiting is answered at once', async () => {
    await using two = await start();
    await using link = await two.redis.open();
    await using _silent = await openMembers({ link, random });
    expect(await two.a.ask(0)).toMatchObject({ idle: false, processes: 3, unanswered: 1 });
    const elapsed = startStopwatch();
    expect(await two.a.ask(60_000, AbortSignal.abort())).toMatchObject({ idle: false });
    expect(elapsed()).toBeLessThan(20_000);
  });

  test('who waits does not wait for one that is gone', async () => {
    await using two = await start();
    await using link = await two.redis.open();
    const silent = await openMembers({ link, random });
    const rested = two.a.ask(24 * HOUR);
    await two.b.ask(0);
    await silent[Symbol.asyncDispose]();
    expect(await rested).toMatchObject({ idle: true, processes: 2 });
  });
});
