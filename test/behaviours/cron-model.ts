import fc from 'fast-check';

/** One item of a field's list as a value, with the text that AWS reads. */
export interface Item {
  readonly from?: number;
  readonly to?: number;
  readonly step?: number;
}

interface Field {
  readonly min: number;
  readonly max: number;
  readonly wraps: boolean;
  /** What is written, where that is less than what there is. */
  readonly written?: { readonly min: number; readonly max: number };
}

const MINUTES: Field = { min: 0, max: 59, wraps: true };
const HOURS: Field = { min: 0, max: 23, wraps: true };
const MONTH_DAYS: Field = { min: 1, max: 31, wraps: true };
const MONTHS: Field = { min: 1, max: 12, wraps: true };
const WEEKDAYS: Field = { min: 1, max: 7, wraps: true };
const YEARS: Field = { min: 1970, max: 2199, wraps: false, written: { min: 2020, max: 2035 } };

/** A field as text, and which values it means: found by walking from each beginning to its end, one by one. */
interface Said {
  readonly text: string;
  readonly means: (value: number) => boolean;
}

const item = ({ min, max, wraps, written = { min, max } }: Field): fc.Arbitrary<Item> => {
  const value = fc.integer(written);
  const step = fc.option(fc.integer({ min: 1, max: Math.min(max, 31) }), { nil: undefined });
  const range = fc.tuple(value, value).map(([a, b]) => (wraps || a <= b ? { from: a, to: b } : { from: b, to: a }));
  const start = fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    { weight: 4, arbitrary: value.map((from) => ({ from })) },
    { weight: 3, arbitrary: range },
  );
  return fc.tuple(start, step).map(([said, by]) => (by === undefined ? said : { ...said, step: by }));
};

const textOf = ({ from, to, step }: Item): string =>
  `${from ?? '*'}${to === undefined ? '' : `-${to}`}${step === undefined ? '' : `/${step}`}`;

function walk({ from, to, step }: Item, field: Field): ReadonlySet<number> {
  const found = new Set<number>();
  const end = to ?? (from === undefined || step !== undefined ? field.max : from);
  for (let value = from ?? field.min, steps = 0; ; value = value === field.max ? field.min : value + 1, steps++) {
    if (steps % (step ?? 1) === 0) found.add(value);
    if (value === end) return found;
  }
}

const plain = (field: Field): fc.Arbitrary<Said> =>
  fc.array(item(field), { minLength: 1, maxLength: 3 }).map((items) => {
    const walks = items.map((each) => walk(each, field));
    return { text: items.map(textOf).join(','), means: (value) => walks.some((values) => values.has(value)) };
  });

/** A day of a calendar, as the model sees it. */
interface Day {
  readonly day: number;
  readonly weekday: number;
  readonly lastDay: number;
  /** The weekday, 1 for Sunday, of another day of its month. */
  readonly weekdayOf: (day: number) => number;
}

interface DaySaid {
  readonly fields: readonly [dayOfMonth: string, dayOfWeek: string];
  readonly means: (day: Day) => boolean;
}

const isWorkday = (weekday: number) => weekday >= 2 && weekday <= 6;

/** The nearest of all working days of the month, looked for outwards from the day; AWS never leaves the month. */
function nearestWorkday(wanted: number, { lastDay, weekdayOf }: Day): number | undefined {
  if (wanted > lastDay || wanted < 1) return undefined;
  for (const distance of [0, -1, 1, -2, 2]) {
    const day = wanted + distance;
    if (day >= 1 && day <= lastDay && isWorkday(weekdayOf(day))) return day;
  }
  return undefined;
}

const monthDays = fc.oneof(
  plain(MONTH_DAYS).map(({ text, means }) => ({ text, means: ({ day }: Day) => means(day) })),
  fc.constant({ text: 'L', means: ({ day, lastDay }: Day) => day === lastDay }),
  fc.constant({ text: 'LW', means: (day: Day) => day.day === nearestWorkday(day.lastDay, day) }),
  fc.nat(30).map((back) => ({ text: `L-${back}`, means: ({ day, lastDay }: Day) => day === lastDay - back })),
  fc.integer({ min: 1, max: 31 }).map((near) => ({
    text: `${near}W`,
    means: (day: Day) => day.day === nearestWorkday(near, day),
  })),
);

const weekday = fc.integer({ min: 1, max: 7 });
const weekdays = fc.oneof(
  plain(WEEKDAYS).map(({ text, means }) => ({ text, means: (day: Day) => means(day.weekday) })),
  fc.constant({ text: 'L', means: (day: Day) => day.weekday === 7 }),
  weekday.map((wanted) => ({
    text: `${wanted}L`,
    means: (day: Day) => day.weekday === wanted && day.day + 7 > day.lastDay,
  })),
  fc.tuple(weekday, fc.integer({ min: 1, max: 5 })).map(([wanted, week]) => ({
    text: `${wanted}#${week}`,
    means: (day: Day) => day.weekday === wanted && Math.ceil(day.day / 7) === week,
  })),
);

const days: fc.Arbitrary<DaySaid> = fc.oneof(
  monthDays.map(({ text, means }): DaySaid => ({ fields: [text, '?'], means })),
  weekdays.map(({ text, means }): DaySaid => ({ fields: ['?', text], means })),
);

/** A cron expression, and which days of a calendar and times of a day it means. Wall times are written as if in UTC. */
export interface CronSaid {
  readonly text: string;
  readonly isDueOn: (wallTimeMs: number) => boolean;
  readonly isDueAt: (wallTimeMs: number) => boolean;
}

/** Any expression, most of them for years from 2020 to 2035. */
export const cron: fc.Arbitrary<CronSaid> = fc
  .record({ minutes: plain(MINUTES), hours: plain(HOURS), days, months: plain(MONTHS), years: plain(YEARS) })
  .map(({ minutes, hours, days: chosen, months, years }) => ({
    text: `cron(${[minutes.text, hours.text, chosen.fields[0], months.text, chosen.fields[1], years.text].join(' ')})`,
    isDueAt(wallTimeMs) {
      const date = new Date(wallTimeMs);
      return hours.means(date.getUTCHours()) && minutes.means(date.getUTCMinutes());
    },
    isDueOn(wallTimeMs) {
      const date = new Date(wallTimeMs);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      if (!years.means(year) || !months.means(month + 1)) return false;
      return chosen.means({
        day: date.getUTCDate(),
        weekday: date.getUTCDay() + 1,
        lastDay: new Date(Date.UTC(year, month + 1, 0)).getUTCDate(),
        weekdayOf: (day) => new Date(Date.UTC(year, month, day)).getUTCDay() + 1,
      });
    },
  }));
