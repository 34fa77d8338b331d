import { CronExpressionParser } from 'cron-parser';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { openTaskQueue } from '../../src/backends/embedded/task-queue.ts';
import { createActivity } from '../../src/core/activity.ts';
import { DAY, MINUTE } from '../../src/core/clock.ts';
import { createVirtualClock } from '../../src/core/virtual-clock.ts';
import { createScheduleExpressions } from '../../src/cron/schedule-expressions.ts';
import { createTimetable } from '../../src/cron/timetable.ts';
import { mediansInTurns, type Row } from './measure.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const SCHEDULES = 10_000;
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo'];
/** AWS's expressions; those that crontab can say too beside what they are there. */
const EXPRESSIONS: readonly (readonly [aws: string, crontab?: string])[] = [
  ['cron(0 10 * * ? *)', '0 10 * * *'],
  ['cron(0/15 * * * ? *)', '*/15 * * * *'],
  ['cron(0 9 ? * MON-FRI *)', '0 9 * * 1-5'],
  ['cron(0 8 1 * ? *)', '0 8 1 * *'],
  ['cron(0 9 LW * ? *)'],
  ['cron(0 9 15W * ? *)'],
  ['cron(30 8 ? * 6#3 *)'],
  ['cron(0 0 29 2 ? *)'],
];
const CRONTABS = EXPRESSIONS.flatMap(([, crontab]) => crontab ?? []);

/** Reading schedules and finding when they are due next, and a year of one on a virtual clock. */
export async function measureSchedules(): Promise<readonly Row[]> {
  const { parse } = createScheduleExpressions();
  const of = <T>(list: readonly T[], index: number) => list[index % list.length] as T;
  const expressions = Array.from({ length: SCHEDULES }, (_, index) => {
    const [text] = of(EXPRESSIONS, index);
    return parse(text, 'scheduler', of(ZONES, index));
  });
  const next = async () => {
    for (const [index, each] of expressions.entries()) each.next(START_MS + index * MINUTE, START_MS);
  };
  const readAndNext = async () => {
    for (const [index, { text }] of expressions.entries()) {
      parse(text, 'scheduler', of(ZONES, index)).next(START_MS + index * MINUTE, START_MS);
    }
  };
  // A tenth of them, as it is slow.
  const library = async () => {
    for (let index = 0; index < SCHEDULES / 10; index++) {
      const options = { currentDate: START_MS + index * MINUTE, tz: of(ZONES, index) };
      CronExpressionParser.parse(of(CRONTABS, index), options).next();
    }
  };
  const tookMs = await mediansInTurns({ next, readAndNext, library, year: () => fireForAYear(parse) }, 5, 1);
  const floorName = 'cron-parser, plain fields';
  const common = { unit: 'ms', floorName, floor: tookMs.library * 10, aim: { value: 0.1 } };
  return [
    { what: `next due instants of ${SCHEDULES} schedules`, ours: tookMs.next, ...common },
    { what: `the same, expressions read first`, ours: tookMs.readAndNext, ...common },
    { what: 'a year of a monthly schedule, one advance', ours: tookMs.year, unit: 'ms', aim: { value: 200 } },
  ];
}

async function fireForAYear(parse: ReturnType<typeof createScheduleExpressions>['parse']): Promise<void> {
  const activity = createActivity();
  const clock = createVirtualClock(START_MS, activity);
  const tasks = openTaskQueue({ store: openMemoryStore(), clock, activity });
  const timetable = createTimetable({ tasks, clock, journal: { append() {} }, missed: 'once' });
  const monthly = parse('cron(0 9 1 * ? *)', 'scheduler');
  let fired = 0;
  timetable.attach('bench', async ({ nextAfterMs }) => {
    fired += 1;
    return monthly.next(nextAfterMs, START_MS);
  });
  timetable.start();
  await timetable.plan({ kind: 'bench', key: 'monthly', generation: '1' }, monthly.next(START_MS, START_MS) ?? 0);
  await clock.advance(365 * DAY);
  await timetable.close();
  if (fired !== 12) throw new Error(`fired ${fired} times`);
}
