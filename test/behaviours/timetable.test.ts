// README.md, "Schedules": what is due fires in order, once for each instant, also after a restart. AWS fires within a minute:
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openLmdbStore, type Store } from '../../src/backends/embedded/store.ts';
import { type Clock, DAY, HOUR, MINUTE, SECOND } from '../../src/core/clock.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { TaskQueue, TaskVerdict } from '../../src/core/ports/task-queue.ts';
import type { Fire, MissedPolicy, TimetableEntry } from '../../src/core/schedule/timetable.ts';
import { createScheduleExpressions } from '../../src/cron/schedule-expressions.ts';
import { createTimetable, type RunningTimetable } from '../../src/cron/timetable.ts';
import { groundForTests, type TestGround } from '../support/test-ground.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const entry: TimetableEntry = { kind: 'rule', key: 'arn:rule/orders', generation: '1' };
const openGround = groundForTests(START_MS, ['tasks']);
const { parse } = createScheduleExpressions();

interface Choices {
  readonly missed?: MissedPolicy;
  readonly ground?: TestGround<'tasks'>;
}

function openTimetable({ missed = 'once', ground = openGround() }: Choices = {}) {
  const entries: JournalEntry[] = [];
  const journal = { append: (each: JournalEntry) => void entries.push(each) };
  const timetable = createTimetable({ tasks: ground.tasks, clock: ground.clock, journal, missed });
  ground.atEnd(() => timetable.close());
  return { timetable, entries, clock: ground.clock, ground };
}

/** Fires an entry by its expression, and notes when which was due. */
function firing(text: string, fired: string[]): Fire {
  const expression = parse(text, 'scheduler');
  return async ({ entry: { key }, dueAtMs, skip, nextAfterMs }) => {
    if (!skip) fired.push(`${key} ${new Date(dueAtMs).toISOString().slice(0, 16)}`);
    return expression.next(nextAfterMs, START_MS);
  };
}

const planNext = (timetable: RunningTimetable, text: string, afterMs: number, planned = entry) =>
  timetable.plan(planned, parse(text, 'scheduler').next(afterMs, START_MS) ?? afterMs);

describe('the timetable', () => {
  test('fires a year of a monthly schedule in one advance, in order', async () => {
    const { timetable, clock } = openTimetable();
    const fired: string[] = [];
    timetable.attach('rule', firing('cron(0 9 L * ? *)', fired));
    timetable.start();
    await planNext(timetable, 'cron(0 9 L * ? *)', START_MS);
    await clock.advance(365 * DAY);
    expect(fired.map((each) => each.slice(-11, -6))).toEqual([
      '01-31',
      '02-28',
      '03-31',
      '04-30',
      '05-31',
      '06-30',
      '07-31',
      '08-31',
      '09-30',
      '10-31',
      '11-30',
      '12-31',
    ]);
  });

  test('fires many entries in the order of their instants', async () => {
    const { timetable, clock } = openTimetable();
    const fired: number[] = [];
    timetable.attach('rule', async ({ dueAtMs }) => {
      expect(clock.nowMs()).toBe(dueAtMs);
      fired.push(dueAtMs);
      return undefined;
    });
    timetable.start();
    for (const minute of [5, 3, 9, 1, 7, 2]) {
      await timetable.plan({ ...entry, key: `rule ${minute}` }, START_MS + minute * MINUTE);
    }
    await clock.advance(HOUR);
    expect(fired).toEqual([1, 2, 3, 5, 7, 9].map((minute) => START_MS + minute * MINUTE));
  });

  test('leaves an entry that is on its way as it is, whoever plans it once more', async () => {
    const { timetable, clock } = openTimetable();
    const fired: string[] = [];
    timetable.attach('rule', firing('rate(1 hour)', fired));
    timetable.start();
    await planNext(timetable, 'rate(1 hour)', START_MS);
    // Others that looked at the clock before the first instant, and are heard only after it.
    await clock.advance(HOUR);
    await planNext(timetable, 'rate(1 hour)', START_MS);
    await timetable.plan(entry, START_MS + 90 * MINUTE);
    await clock.advance(2 * HOUR);
    expect(fired.map((each) => each.slice(-5))).toEqual(['01:00', '02:00', '03:00']);
  });

  test('forgets an entry, also one that is firing, and takes it as a new one then', async () => {
    const { timetable, clock, ground } = openTimetable();
    const fired: string[] = [];
    timetable.attach('rule', async (due, signal) => {
      const next = await firing('rate(1 hour)', fired)(due, signal);
      if (fired.length === 1) await timetable.forget(entry);
      return next;
    });
    timetable.start();
    await planNext(timetable, 'rate(1 hour)', START_MS);
    await clock.advance(3 * HOUR);
    await planNext(timetable, 'rate(1 hour)', clock.nowMs());
    await clock.advance(HOUR);
    expect(fired.map((each) => each.slice(-5))).toEqual(['01:00', '04:00']);
    await timetable.forget(entry);
    expect(ground.tasks.due('timetable-rule')).toEqual({ dueNow: 0, nextDueAtMs: undefined });
  });

  test('takes the same instant twice as one, and those of another generation as another', async () => {
    const { timetable, clock } = openTimetable();
    const fired: string[] = [];
    timetable.attach('rule', async (due) => {
      fired.push(due.entry.generation);
      return undefined;
    });
    timetable.start();
    for (const generation of ['1', '1', '2']) await timetable.plan({ ...entry, generation }, START_MS + MINUTE);
    await clock.advance(HOUR);
    expect(fired.sort()).toEqual(['1', '2']);
  });

  test('fires no kind before somebody says how', async () => {
    const { timetable, clock } = openTimetable();
    timetable.start();
    await timetable.plan(entry, START_MS + SECOND);
    await clock.advance(MINUTE);
    const fired: number[] = [];
    timetable.attach('rule', async ({ dueAtMs }) => {
      fired.push(dueAtMs);
      return undefined;
    });
    await clock.advance(SECOND);
    expect(fired).toEqual([START_MS + SECOND]);
  });

  test('tries again what could not be fired, and says so in the journal', async () => {
    const { timetable, clock, entries } = openTimetable();
    let attempts = 0;
    timetable.attach('rule', async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('no backend');
      return undefined;
    });
    timetable.start();
    await timetable.plan(entry, START_MS + MINUTE);
    await clock.advance(HOUR);
    expect(attempts).toBe(2);
    expect(entries.map(({ kind, what }) => `${kind}: ${what}`)).toEqual([
      'fault: rule arn:rule/orders, due at 2026-01-01T00:01:00.000Z: not fired (Error: no backend)',
    ]);
  });

  test('forgets a kind that is cleared, and all of them when it is reset', async () => {
    const { timetable, clock } = openTimetable();
    const fired: string[] = [];
    for (const kind of ['rule', 'schedule', 'other']) {
      timetable.attach(kind, async (due) => {
        fired.push(due.entry.kind);
        return undefined;
      });
      await timetable.plan({ ...entry, kind }, START_MS + MINUTE);
    }
    timetable.start();
    await timetable.clear('rule');
    await clock.advance(2 * MINUTE);
    expect(fired.sort()).toEqual(['other', 'schedule']);
    await timetable.plan(entry, START_MS + HOUR);
    await timetable.reset();
    await clock.advance(2 * HOUR);
    expect(fired).toHaveLength(2);
  });

  test('fires each instant in one of several processes', async () => {
    const ground = openGround();
    const fired: string[] = [];
    const [one, other] = [openTimetable({ ground }), openTimetable({ ground })];
    one.timetable.attach('rule', firing('rate(1 hour)', fired));
    one.timetable.start();
    for (const { timetable } of [one, other]) await planNext(timetable, 'rate(1 hour)', START_MS);
    await ground.clock.advance(2 * HOUR);
    await one.timetable.close();
    other.timetable.attach('rule', firing('rate(1 hour)', fired));
    other.timetable.start();
    await ground.clock.advance(2 * HOUR);
    expect(fired.map((each) => each.slice(-5))).toEqual(['01:00', '02:00', '03:00', '04:00']);
  });
});

describe('what came due while no process was there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-timetable-'));
  const stores: Store[] = [];
  afterAll(async () => {
    for (const store of stores) await store[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  const openStore = async (name: string) => {
    const store = await openLmdbStore({ dataDir: join(folder, name), fsync: false });
    stores.push(store);
    return store;
  };

  /** Plans every hour, is away for that long, and says what fires within the hour after. */
  async function afterAwayFor(awayMs: number, missed: MissedPolicy) {
    const name = `${missed} ${awayMs}`;
    const before = openTimetable({ missed, ground: openGround({ store: await openStore(name) }) });
    await planNext(before.timetable, 'rate(1 hour)', START_MS);
    await before.timetable.close();
    await stores.pop()?.[Symbol.asyncDispose]();
    const ground = openGround({ store: await openStore(name), startMs: START_MS + awayMs });
    const { timetable, clock, entries } = openTimetable({ missed, ground });
    const fired: string[] = [];
    timetable.attach('rule', firing('rate(1 hour)', fired));
    timetable.start();
    await clock.advance(HOUR);
    return { fired: fired.map((each) => each.slice(-5)), decisions: entries.map(({ what }) => what) };
  }

  test('fires once, late, if that is the policy', async () => {
    const { fired, decisions } = await afterAwayFor(3.5 * HOUR, 'once');
    expect(fired).toEqual(['01:00', '04:00']);
    expect(decisions).toEqual(['rule arn:rule/orders, due at 2026-01-01T01:00:00.000Z: missed, fired late']);
  });

  test('fires for each instant, if that is the policy', async () => {
    expect((await afterAwayFor(3.5 * HOUR, 'all')).fired).toEqual(['01:00', '02:00', '03:00', '04:00']);
  });

  test('does not fire, if that is the policy', async () => {
    const { fired, decisions } = await afterAwayFor(3.5 * HOUR, 'skip');
    expect(fired).toEqual(['04:00']);
    expect(decisions).toEqual(['rule arn:rule/orders, due at 2026-01-01T01:00:00.000Z: missed, skipped']);
  });

  test.each<MissedPolicy>(['once', 'all', 'skip'])(
    'is not missed within the minute that AWS allows itself: %s',
    async (missed) => {
      const { fired, decisions } = await afterAwayFor(HOUR + 59 * SECOND, missed);
      expect(fired).toEqual(['01:00', '02:00']);
      expect(decisions).toEqual([]);
    },
  );
});

describe('what came due while the machine slept', () => {
  const HOUR_LATER_MS = START_MS + HOUR;
  const planned = { entry, dueAtMs: HOUR_LATER_MS, sinceMs: START_MS };

  /** The clock is set forward, as it is when a laptop is opened: no timer has fired meanwhile. */
  function asleep(missed: MissedPolicy) {
    let nowMs = START_MS;
    const clock: Clock = { nowMs: () => nowMs, setTimer: () => ({ [Symbol.dispose]() {} }) };
    let run: (task: { readonly data: unknown }) => Promise<TaskVerdict> = async () => ({ kind: 'done' });
    const { tasks } = openGround();
    const process: TaskQueue['process'] = async (_queue, _limit, given) => {
      run = (task) => given({ id: 'task', ...task } as never, new AbortController().signal);
    };
    const journal = { append: () => {} };
    const timetable = createTimetable({ tasks: { ...tasks, process }, clock, real: clock, journal, missed });
    const fired: string[] = [];
    timetable.attach('rule', firing('rate(1 hour)', fired));
    timetable.start();
    const fireAt = async (atMs: number) => {
      nowMs = atMs;
      return await run({ data: planned });
    };
    return { fired, fireAt };
  }

  test.each<[MissedPolicy, fired: number, nextHour: number]>([
    ['once', 1, 9],
    ['all', 1, 2],
    ['skip', 0, 9],
  ])('is made up for as what came due while nothing ran: %s', async (missed, count, nextHour) => {
    const { fired, fireAt } = asleep(missed);
    const verdict = await fireAt(START_MS + 8.5 * HOUR);
    expect(fired).toHaveLength(count);
    expect(verdict).toMatchObject({ kind: 'again', dueAtMs: START_MS + nextHour * HOUR });
  });

  test('is each instant as ever where a process was only busy for a moment', async () => {
    const { fired, fireAt } = asleep('skip');
    await fireAt(HOUR_LATER_MS - 5 * SECOND);
    fired.length = 0;
    const verdict = await fireAt(HOUR_LATER_MS + 70 * SECOND);
    expect(fired).toHaveLength(1);
    expect(verdict).toMatchObject({ dueAtMs: START_MS + 2 * HOUR });
  });
});
