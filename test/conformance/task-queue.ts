// What every task queue keeps, whatever is beneath it. A driver sits it by calling `taskQueueSuite`.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Activity, createActivity } from '../../src/core/activity.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { TaskQueue, TaskVerdict } from '../../src/core/ports/task-queue.ts';
import { createVirtualClock, type VirtualClock } from '../../src/core/virtual-clock.ts';
import { PATIENCE_MS, until } from '../support/patience.ts';

/** A driver under test; `durable` when what was added outlives the queue that `open` returned. */
export interface TaskQueueDriver extends Partial<AsyncDisposable> {
  readonly durable: boolean;
  open(parts: { readonly clock: Clock; readonly activity: Activity }): Promise<TaskQueue>;
}

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const DONE: TaskVerdict = { kind: 'done' };

export function taskQueueSuite(name: string, makeDriver: () => TaskQueueDriver): void {
  describe(`a task queue on ${name}`, () => {
    let driver: TaskQueueDriver;
    let activity: Activity;
    let clock: VirtualClock;
    let tasks: TaskQueue;
    let stopping: AbortController;
    let processing: Promise<void>[];

    const start = (run: (task: { id: string; data: unknown }) => Promise<TaskVerdict>, concurrency = 10) => {
      processing.push(tasks.process('q', concurrency, run, stopping.signal));
    };
    const stop = async () => {
      stopping.abort();
      await Promise.all(processing);
    };

    beforeEach(async () => {
      driver = makeDriver();
      activity = createActivity();
      clock = createVirtualClock(START_MS, activity);
      tasks = await driver.open({ clock, activity });
      stopping = new AbortController();
      processing = [];
    });
    afterEach(async () => {
      await stop();
      await tasks[Symbol.asyncDispose]();
      await driver[Symbol.asyncDispose]?.();
    });

    test('runs a task that is due, once, and forgets it', async () => {
      const ran: unknown[] = [];
      start(async ({ id, data }) => {
        ran.push([id, data]);
        return DONE;
      });
      await tasks.add('q', { id: 'a', data: { bytes: Buffer.from('é') }, dueAtMs: START_MS });
      await clock.advance(1);
      expect(ran).toEqual([['a', { bytes: Buffer.from('é') }]]);
      expect(tasks.due('q')).toEqual({ dueNow: 0, nextDueAtMs: undefined });
    });

    test('runs tasks when they fall due, in the order of their times, not of their adding', async () => {
      const ran: string[] = [];
      start(async ({ id }) => {
        ran.push(`${id} at ${clock.nowMs() - START_MS}`);
        return DONE;
      });
      await tasks.add('q', { id: 'late', data: 0, dueAtMs: START_MS + 2000 });
      await tasks.add('q', { id: 'early', data: 0, dueAtMs: START_MS + 1000 });
      await activity.rest(PATIENCE_MS);
      expect(activity.now()).toMatchObject({ idle: true, nextDueAt: START_MS + 1000 });
      await clock.advance(5000);
      expect(ran).toEqual(['early at 1000', 'late at 2000']);
    });

    test('runs a task again, with what its run left, at the time the run said', async () => {
      const seen: unknown[] = [];
      start(async ({ data }) => {
        seen.push([data, clock.nowMs() - START_MS]);
        return data === 3 ? DONE : { kind: 'again', data: (data as number) + 1, dueAtMs: clock.nowMs() + 60_000 };
      });
      await tasks.add('q', { id: 'a', data: 1, dueAtMs: START_MS });
      await clock.advance(300_000);
      expect(seen).toEqual([
        [1, 0],
        [2, 60_000],
        [3, 120_000],
      ]);
    });

    test('keeps a task whose run threw and runs it again after a second', async () => {
      const at: number[] = [];
      start(async () => {
        at.push(clock.nowMs() - START_MS);
        if (at.length === 1) throw new Error('a fault of ours');
        return DONE;
      });
      await tasks.add('q', { id: 'a', data: 0, dueAtMs: START_MS });
      await clock.advance(5000);
      expect(at).toEqual([0, 1000]);
    });

    test('does nothing when an id is added that is queued', async () => {
      await tasks.add('q', { id: 'a', data: 1, dueAtMs: START_MS });
      await tasks.add('q', { id: 'a', data: 2, dueAtMs: START_MS });
      const ran: unknown[] = [];
      start(async ({ data }) => {
        ran.push(data);
        return DONE;
      });
      await clock.advance(1);
      expect(ran).toEqual([1]);
    });

    test('never runs more at a time than it may, and counts what waits as due only when it could run', async () => {
      let most = 0;
      const ends: (() => void)[] = [];
      start(async () => {
        await new Promise<void>((resolve) => {
          ends.push(resolve);
          most = Math.max(most, ends.length);
        });
        return DONE;
      }, 2);
      for (const id of ['a', 'b', 'c']) await tasks.add('q', { id, data: 0, dueAtMs: START_MS });
      await until(() => ends.length === 2);
      expect(activity.now()).toMatchObject({ idle: false, inFlight: 2 });
      ends.shift()?.();
      await until(() => ends.length === 2);
      for (const end of ends.splice(0)) end();
      await activity.rest(PATIENCE_MS);
      expect(most).toBe(2);
    });

    test('lets runs in progress end when it is stopped, and starts no more', async () => {
      let end: (() => void) | undefined;
      start(async () => {
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        return DONE;
      }, 1);
      await tasks.add('q', { id: 'a', data: 0, dueAtMs: START_MS });
      await tasks.add('q', { id: 'b', data: 0, dueAtMs: START_MS });
      await until(() => end !== undefined);
      let stopped = false;
      const stopping = stop().then(() => {
        stopped = true;
      });
      await turns(3);
      expect(stopped).toBe(false);
      end?.();
      await stopping;
      expect(tasks.due('q').dueNow).toBe(1);
    });

    test('forgets a cleared queue, the task that is running too', async () => {
      let end = () => {};
      let runs = 0;
      start(async () => {
        runs++;
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        return { kind: 'again', data: 0, dueAtMs: clock.nowMs() };
      });
      await tasks.add('q', { id: 'a', data: 0, dueAtMs: START_MS });
      await tasks.add('q', { id: 'b', data: 0, dueAtMs: START_MS + 1000 });
      await until(() => runs === 1);
      await tasks.clear('q');
      end();
      await clock.advance(5000);
      expect(runs).toBe(1);
    });

    test('forgets a task that is removed, and not its fellows', async () => {
      const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
      for (const [index, id] of ids.entries()) await tasks.add('q', { id, data: 0, dueAtMs: START_MS + 1000 * index });
      for (const id of ['a', 'd', 'nobody']) await tasks.remove('q', id);
      expect(tasks.due('q')).toEqual({ dueNow: 0, nextDueAtMs: START_MS + 1000 });
      const ran: string[] = [];
      start(async ({ id }) => {
        ran.push(id);
        return DONE;
      });
      await clock.advance(60_000);
      expect(ran).toEqual(['b', 'c', 'e', 'f']);
      expect(tasks.due('q')).toEqual({ dueNow: 0, nextDueAtMs: undefined });
    });

    test('takes no verdict of a task that was removed while it ran, and one of the same id as another', async () => {
      const ran: unknown[] = [];
      let end = () => {};
      start(async ({ data }) => {
        ran.push(data);
        if (data !== 'first') return DONE;
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        return { kind: 'again', data: 'never', dueAtMs: clock.nowMs() };
      });
      await tasks.add('q', { id: 'a', data: 'first', dueAtMs: START_MS });
      await until(() => ran.length === 1);
      await tasks.remove('q', 'a');
      await tasks.add('q', { id: 'a', data: 'second', dueAtMs: START_MS + 1000 });
      end();
      await clock.advance(60_000);
      expect(ran).toEqual(['first', 'second']);
    });

    test('keeps queues apart', async () => {
      await tasks.add('other', { id: 'a', data: 0, dueAtMs: START_MS });
      let runs = 0;
      start(async () => {
        runs++;
        return DONE;
      });
      await clock.advance(1);
      expect(runs).toBe(0);
      expect(tasks.due('other').dueNow).toBe(1);
    });

    test('keeps what was acknowledged over a restart', async (context) => {
      context.skip(!driver.durable, 'the driver in memory keeps nothing by design');
      await tasks.add('q', { id: 'a', data: { n: 1 }, dueAtMs: START_MS });
      await tasks.add('q', { id: 'b', data: { n: 2 }, dueAtMs: START_MS + 1000 });
      start(async ({ id, data }) =>
        id === 'a'
          ? { kind: 'again', data: { n: 3 }, dueAtMs: START_MS + 500 }
          : { kind: 'again', data, dueAtMs: START_MS },
      );
      await activity.rest(PATIENCE_MS);
      await stop();
      await tasks[Symbol.asyncDispose]();
      tasks = await driver.open({ clock, activity });
      stopping = new AbortController();
      const ran: unknown[] = [];
      start(async ({ id, data }) => {
        ran.push([id, data]);
        return DONE;
      });
      await clock.advance(5000);
      expect(ran).toEqual([
        ['a', { n: 3 }],
        ['b', { n: 2 }],
      ]);
    });
  });
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}
