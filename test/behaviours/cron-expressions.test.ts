// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html and
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html: what rate(), cron() and at() mean.
import { describe, expect, test } from 'vitest';
import { type ScheduleDialect, ScheduleNotValid } from '../../src/core/schedule/schedule-expression.ts';
import { createScheduleExpressions } from '../../src/cron/schedule-expressions.ts';

const expressions = createScheduleExpressions();
const START = '2026-01-01T00:00:00Z';

interface Choices {
  readonly from?: string;
  readonly count?: number;
  readonly zone?: string;
}

/** The next instants of an expression, as `2026-01-01T10:00`. */
function fires(text: string, { from = START, count = 3, zone = 'UTC' }: Choices = {}): readonly string[] {
  const expression = expressions.parse(text, 'scheduler', zone);
  const found: string[] = [];
  const startMs = Date.parse(from);
  for (let atMs: number | undefined = startMs; found.length < count; ) {
    atMs = expression.next(atMs, startMs);
    if (atMs === undefined) break;
    found.push(new Date(atMs).toISOString().replace(/:00\.000Z$/, ''));
  }
  return found;
}

function refusalOf(text: string, dialect: ScheduleDialect = 'rule', zone?: string): string | undefined {
  try {
    expressions.parse(text, dialect, zone);
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleNotValid) return error.reason;
    throw error;
  }
}

const days = (instants: readonly string[]) => instants.map((instant) => instant.slice(5, 10));

describe('cron()', () => {
  test.each([
    ['cron(0 10 * * ? *)', ['2026-01-01T10:00', '2026-01-02T10:00', '2026-01-03T10:00']],
    ['cron(15 12 * * ? *)', ['2026-01-01T12:15', '2026-01-02T12:15', '2026-01-03T12:15']],
    ['cron(0 18 ? * MON-FRI *)', ['2026-01-01T18:00', '2026-01-02T18:00', '2026-01-05T18:00']],
    ['cron(0 8 1 * ? *)', ['2026-01-01T08:00', '2026-02-01T08:00', '2026-03-01T08:00']],
    ['cron(0/15 * * * ? *)', ['2026-01-01T00:15', '2026-01-01T00:30', '2026-01-01T00:45']],
    ['cron(0/30 20-2 ? * MON-FRI *)', ['2026-01-01T00:30', '2026-01-01T01:00', '2026-01-01T01:30']],
    ['cron(0/5 5 ? JAN 1-5 2022)', []],
    ['cron(0 0 29 2 ? *)', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
    ['cron(0 0 31 * ? *)', ['2026-01-31T00:00', '2026-03-31T00:00', '2026-05-31T00:00']],
    ['cron(0 0 30 2 ? *)', []],
    ['cron(0 0 1 JAN ? 2198-2199)', ['2198-01-01T00:00', '2199-01-01T00:00']],
    ['cron(0 0 1 1 ? 2027/2)', ['2027-01-01T00:00', '2029-01-01T00:00', '2031-01-01T00:00']],
  ])('%s is due when AWS says', (text, expected) => {
    expect(fires(text)).toEqual(expected);
  });

  test.each([
    ['1', ['01-04', '01-11', '01-18']],
    ['7', ['01-03', '01-10', '01-17']],
    ['L', ['01-03', '01-10', '01-17']],
    ['2#1', ['01-05', '02-02', '03-02']],
    ['FRI#5', ['01-30', '05-29', '07-31']],
    ['6L', ['01-30', '02-27', '03-27']],
    ['friL', ['01-30', '02-27', '03-27']],
    ['FRI-MON', ['01-02', '01-03', '01-04']],
    ['2,4,6', ['01-02', '01-05', '01-07']],
    ['SUN/3', ['01-03', '01-04', '01-07']],
  ])('counts weekdays from 1, which is Sunday: %s', (weekday, expected) => {
    expect(days(fires(`cron(0 9 ? * ${weekday} *)`))).toEqual(expected);
  });

  test.each([
    ['L', ['01-31', '02-28', '03-31']],
    ['L-3', ['01-28', '02-25', '03-28']],
    ['LW', ['01-30', '02-27', '03-31']],
    ['15W', ['01-15', '02-16', '03-16']],
    ['1W', ['01-01', '02-02', '03-02']],
    ['31W', ['01-30', '03-31', '05-29']],
    ['28-3', ['01-01', '01-02', '01-03']],
    ['1/10', ['01-01', '01-11', '01-21']],
  ])('knows the days of a month: %s', (day, expected) => {
    expect(days(fires(`cron(0 9 ${day} * ? *)`))).toEqual(expected);
  });

  test.each(['*/15', '0/15', '0-59/15', '30-30,0,15,45', '45-15/15,30'])('takes %s as minutes', (minutes) => {
    expect(fires(`cron(${minutes} * * * ? *)`)).toEqual(['2026-01-01T00:15', '2026-01-01T00:30', '2026-01-01T00:45']);
  });

  test('goes over the end of the year with a range of months', () => {
    expect(days(fires('cron(0 0 1 NOV-FEB ? *)', { count: 4 }))).toEqual(['02-01', '11-01', '12-01', '01-01']);
  });

  test('is due no more after 2199', () => {
    expect(fires('cron(0 0 1 * ? *)', { from: '2199-12-01T00:00:00Z' })).toEqual([]);
  });

  test('is due behind an instant, not at it', () => {
    expect(fires('cron(0 10 * * ? *)', { from: '2026-01-01T10:00:00Z', count: 1 })).toEqual(['2026-01-02T10:00']);
    expect(fires('cron(0 10 * * ? *)', { from: '2026-01-01T09:59:59Z', count: 1 })).toEqual(['2026-01-01T10:00']);
  });
});

describe('daylight saving time', () => {
  test('skips what falls into the hour that clocks are put forward over', () => {
    expect(fires('cron(30 2 * * ? *)', { from: '2026-03-07T00:00:00Z', zone: 'America/New_York' })).toEqual([
      '2026-03-07T07:30',
      '2026-03-09T06:30',
      '2026-03-10T06:30',
    ]);
  });

  test('is due once in the hour that clocks show twice', () => {
    expect(fires('cron(30 1 * * ? *)', { from: '2026-10-31T12:00:00Z', zone: 'America/New_York' })).toEqual([
      '2026-11-01T05:30',
      '2026-11-02T06:30',
      '2026-11-03T06:30',
    ]);
    expect(fires('cron(0/30 * * * ? *)', { from: '2026-11-01T05:00:00Z', zone: 'America/New_York' })).toEqual([
      '2026-11-01T05:30',
      '2026-11-01T07:00',
      '2026-11-01T07:30',
    ]);
  });

  test('is due at the same time of the clocks before and behind a change', () => {
    expect(fires('cron(0 9 ? * SUN *)', { from: '2026-03-20T00:00:00Z', zone: 'Europe/Berlin', count: 2 })).toEqual([
      '2026-03-22T08:00',
      '2026-03-29T07:00',
    ]);
  });

  test('skips a day that a place left out', () => {
    expect(fires('cron(0 12 * * ? *)', { from: '2011-12-29T12:00:00Z', zone: 'Pacific/Apia', count: 2 })).toEqual([
      '2011-12-29T22:00',
      '2011-12-30T22:00',
    ]);
  });

  test('counts the days of a rate as 24 hours', () => {
    expect(fires('rate(1 day)', { from: '2026-03-28T08:00:00Z', zone: 'Europe/Berlin', count: 2 })).toEqual([
      '2026-03-29T08:00',
      '2026-03-30T08:00',
    ]);
  });

  test('moves a single time that clocks are put forward over by as much, and takes the first of two', () => {
    const zone = 'America/New_York';
    expect(fires('at(2026-03-08T02:30:00)', { zone })).toEqual(['2026-03-08T07:30']);
    expect(fires('at(2026-11-01T01:30:00)', { zone })).toEqual(['2026-11-01T05:30']);
  });
});

describe('rate() and at()', () => {
  test('count from the start, at which they are not due', () => {
    const expression = expressions.parse('rate(5 minutes)', 'rule');
    const startMs = Date.parse('2026-01-01T00:00:30Z');
    expect(expression.next(startMs - 1, startMs)).toBe(startMs + 300_000);
    expect(expression.next(startMs + 299_999, startMs)).toBe(startMs + 300_000);
    expect(expression.next(startMs + 300_000, startMs)).toBe(startMs + 600_000);
  });

  test('at is due once', () => {
    expect(fires('at(2026-12-24T18:00:00)', { zone: 'Europe/Berlin' })).toEqual(['2026-12-24T17:00']);
    expect(fires('at(2022-12-31T23:59:59)')).toEqual([]);
  });

  test('Scheduler takes a unit in singular or plural', () => {
    expect(refusalOf('rate(1 days)', 'scheduler')).toBeUndefined();
    expect(refusalOf('rate(1 days)', 'rule')).toContain('rules say day for 1');
  });
});

describe('what AWS refuses is explained', () => {
  test.each([
    ['cron(0 1 * * * *)', 'one must be ?, here day-of-week'],
    ['cron(0 9 1 * MON *)', 'one must be ?, here day-of-month'],
    ['cron(0 9 ? * ? *)', 'both ?'],
    ['cron(7 20 * * NOT *)', 'one must be ?'],
    ['cron(7 20 ? * NOT *)', 'day-of-week has "NOT"; it takes 1-7, SUN-SAT'],
    ['cron(INVALID)', 'six fields'],
    ['cron(0 9 * * ?)', 'has no year'],
    ['cron()', 'these are none'],
    ['cron(0 dummy ? * MON-FRI *)', 'hours has "DUMMY"'],
    ['cron(71 8 1 * ? *)', 'minutes has 71, which is not within 0-59'],
    ['cron(0 9 ? * 0 *)', 'AWS counts from 1, which is Sunday'],
    ['cron(0 9 ? * 3#1,6#3 *)', 'with # only one'],
    ['cron(0 9 ? * 3#6 *)', '1 to 5 times'],
    ['cron(0 9 ? * 2L,3 *)', 'with L only one'],
    ['cron(0 9 1,15W * ? *)', 'with W only one'],
    ['cron(0 9 L-31 * ? *)', 'no month has so many'],
    ['cron(0 9 32 * ? *)', '1-31'],
    ['cron(0/0 9 * * ? *)', 'step of 0'],
    ['cron(0/60 9 * * ? *)', 'step of 60'],
    ['cron(*-5 9 * * ? *)', '* is no beginning of a range'],
    ['cron(? 9 * * ? *)', 'minutes has "?"'],
    ['cron(0 9 * * ? 1969)', '1970-2199'],
    ['cron(0 9 * * ? 2030-2020)', 'ends before it begins'],
    ['cron( 0 9 * * ? *)', 'space'],
    ['rate(1 minutes)', 'rules say minute for 1'],
    ['rate(10 minute)', 'minutes for more'],
    ['rate(10 seconds)', 'minute(s), hour(s) or day(s)'],
    ['rate(10 years)', 'minute(s), hour(s) or day(s)'],
    ['rate()', 'whole number'],
    ['rate(10)', 'whole number'],
    ['rate(0 minutes)', 'at least 1'],
    ['rate(-10 minutes)', 'whole number'],
    ['rate(10 MINUTES)', 'lower case'],
    ['rate( 10 minutes )', 'one space'],
    [' rate(10 minutes)', 'without space around it'],
    ['at(2026-12-24T18:00:00)', 'rules do not know at()'],
    ['every day', 'rate(…) or cron(…)'],
  ])('%s', (text, reason) => {
    expect(refusalOf(text)).toContain(reason);
  });

  test.each(['at(2021-12-31T23:59:59Z)', 'at(2021-12-31)', 'at(2026-02-30T00:00:00)', 'at(2026-01-01T24:00:00)'])(
    '%s of Scheduler',
    (text) => {
      expect(refusalOf(text, 'scheduler')).toMatch(/at takes|in no calendar/);
    },
  );

  test.each(['Mars/Olympus', 'europe/berlin', '+01:00', ''])('the time zone "%s"', (zone) => {
    expect(refusalOf('cron(0 9 * * ? *)', 'scheduler', zone)).toBe(`no time zone is called ${zone}`);
    expect(expressions.knowsTimeZone(zone)).toBe(false);
  });

  test.each(['UTC', 'GMT', 'Europe/Berlin', 'US/Eastern', 'Asia/Calcutta'])('but not the time zone %s', (zone) => {
    expect(expressions.knowsTimeZone(zone)).toBe(true);
  });
});
