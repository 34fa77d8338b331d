// Whatever is written, a cron expression is due exactly when a second, simpler reading of it says so, which goes through a
// calendar minute by minute. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
import { CronExpressionParser } from 'cron-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/core/clock.ts';
import { readCrontab } from '../../src/cron/crontab.ts';
import { createScheduleExpressions } from '../../src/cron/schedule-expressions.ts';
import { runSeed } from '../support/seed.ts';
import { type CronSaid, cron } from './cron-model.ts';

const seed = runSeed('cron');
const { parse } = createScheduleExpressions();
const START_MS = Date.UTC(2020, 0);
const END_MS = Date.UTC(2036, 0);

/** All instants behind one up to another, as the product finds them. */
function found(text: string, afterMs: number, untilMs: number, zone = 'UTC'): readonly string[] {
  const expression = parse(text, 'scheduler', zone);
  const instants: number[] = [];
  for (let atMs = expression.next(afterMs, 0); atMs !== undefined && atMs <= untilMs; atMs = expression.next(atMs, 0)) {
    instants.push(atMs);
  }
  return instants.map(iso);
}

const iso = (instantMs: number) => new Date(instantMs).toISOString();

/** Minutes behind one instant up to another. */
function* minutes(afterMs: number, untilMs: number): Generator<number> {
  for (let atMs = (Math.floor(afterMs / MINUTE) + 1) * MINUTE; atMs <= untilMs; atMs += MINUTE) yield atMs;
}

const isDueBy = (said: CronSaid) => (wallTimeMs: number) => said.isDueOn(wallTimeMs) && said.isDueAt(wallTimeMs);
const instant = fc.integer({ min: START_MS, max: END_MS });

test('in UTC it is due at each minute that its fields mean, and at no other', () => {
  const property = fc.property(cron, instant, (said, afterMs) => {
    const untilMs = afterMs + 5 * DAY;
    const expected = [...minutes(afterMs, untilMs)].filter(isDueBy(said));
    expect(found(said.text, afterMs, untilMs), said.text).toEqual(expected.map(iso));
  });
  fc.assert(property, { seed, numRuns: 100 });
});

test('the next due instant is found however far it is, and none behind the last', () => {
  const firstDue = (said: CronSaid, afterMs: number) => {
    for (let dayMs = Math.floor(afterMs / DAY) * DAY; dayMs < END_MS; dayMs += DAY) {
      if (!said.isDueOn(dayMs)) continue;
      for (const atMs of minutes(Math.max(afterMs, dayMs - 1), dayMs + DAY - 1)) if (said.isDueAt(atMs)) return atMs;
    }
    return undefined;
  };
  const property = fc.property(cron, instant, (said, afterMs) => {
    const expected = firstDue(said, afterMs);
    const next = parse(said.text, 'scheduler').next(afterMs, 0);
    if (expected === undefined) expect(next ?? END_MS, said.text).toBeGreaterThanOrEqual(END_MS);
    else expect(next, said.text).toBe(expected);
  });
  fc.assert(property, { seed, numRuns: 300 });
});

/** Around their changes of 2026, with one that is half an hour and one on the southern half of the world. */
const changes = [
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['America/Santiago', '2026-09-06T04:00:00Z'],
  ['Asia/Kathmandu', '2026-06-01T00:00:00Z'],
] as const;

function wallClock(zone: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return (instantMs) => Date.parse(`${format.format(instantMs).replace(' ', 'T')}:00Z`);
}

test.each(changes)('in %s around %s it is due when clocks first show a time that its fields mean', (zone, change) => {
  const wallTimeAt = wallClock(zone);
  const [fromMs, untilMs] = [Date.parse(change) - 12 * HOUR, Date.parse(change) + 12 * HOUR];
  const walls = [...minutes(fromMs, untilMs)].map((atMs) => [atMs, wallTimeAt(atMs)] as const);
  const seen = new Set<number>();
  const first = walls.filter(([, wallMs]) => !seen.has(wallMs) && seen.add(wallMs));
  const property = fc.property(cron, fc.nat(walls.length - 1), (said, skipped) => {
    const afterMs = fromMs + skipped * MINUTE;
    const expected = first
      .filter(([atMs, wallMs]) => atMs > afterMs && isDueBy(said)(wallMs))
      .map(([atMs]) => iso(atMs));
    expect(found(said.text, afterMs, untilMs, zone), said.text).toEqual(expected);
  });
  fc.assert(property, { seed, numRuns: 50 });
});

/** What crontab and AWS have in common once weekdays are counted from 0. */
const plainFields = fc.record({
  minute: fc.uniqueArray(fc.nat(59), { minLength: 1, maxLength: 3 }),
  hour: fc.uniqueArray(fc.nat(23), { minLength: 1, maxLength: 3 }),
  month: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
  weekday: fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 3 }),
});

test.each(['UTC', 'Asia/Tokyo', 'America/Phoenix'])('plain fields in %s are due when cron-parser says', (tz) => {
  const property = fc.property(plainFields, instant, ({ minute, hour, month, weekday }, afterMs) => {
    const aws = `cron(${minute} ${hour} ? ${month} ${weekday.map((day) => day + 1)} *)`;
    const library = CronExpressionParser.parse(`${minute} ${hour} * ${month} ${weekday}`, { currentDate: afterMs, tz });
    const expression = parse(aws, 'scheduler', tz);
    for (let count = 0, atMs = afterMs; count < 10; count++) {
      const next = expression.next(atMs, 0);
      expect(next, aws).toBe(library.next().getTime());
      atMs = next ?? atMs;
    }
  });
  fc.assert(property, { seed, numRuns: 40 });
});

/** Fields as people write them in crontab. */
const crontabLine = fc
  .tuple(
    fc.oneof(fc.constantFrom('*', '*/15', '5/20', '0,30'), fc.nat(59).map(String)),
    fc.oneof(fc.constantFrom('*', '*/6', '9-17', '9-17/2'), fc.nat(23).map(String)),
    fc.constantFrom('*', '*', '1', '*/7', '15,31', '28-31'),
    fc.constantFrom('*', '*', '2', '*/3', 'jan,NOV', '6-8'),
    fc.constantFrom('*', '*', '0', '7', '5-7', '1-5', '0-6', '*/2', 'sat', 'Mon-fri', '1-5/2', 'sun,3'),
  )
  .map((fields) => fields.join(' '))
  .filter((line) => !/ (31|15,31) (2|jan,NOV|6-8|\*\/3) /.test(line));

test.each(['UTC', 'Asia/Tokyo'])(
  'what AWS wants instead of a line of crontab is due when the line is, in %s',
  async (tz) => {
    const property = fc.asyncProperty(crontabLine, instant, async (line, afterMs) => {
      const { aws, next } = await readCrontab(line, tz);
      const expressions = aws.map((text) => parse(text, 'scheduler', tz));
      for (let count = 0, atMs = afterMs; count < 10; count++) {
        const dueMs = next(atMs);
        expect(Math.min(...expressions.flatMap((each) => each.next(atMs, 0) ?? [])), `${line} ${aws}`).toBe(dueMs);
        atMs = dueMs ?? atMs;
      }
    });
    await fc.assert(property, { seed, numRuns: 60 });
  },
);
