import { DAY, HOUR, MINUTE } from '../core/clock.ts';
import { type DayRule, dayRule } from './day-rule.ts';
import { monthOf } from './month.ts';
import { FIELDS, plainValues } from './plain-field.ts';
import { refuse } from './refusal.ts';
import type { TimeZone } from './time-zone.ts';

/** What the six fields say, each value in its order. */
interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: DayRule;
  readonly months: readonly number[];
  readonly years: readonly number[];
}

/** Finds the first due instant behind another. */
export type NextDue = (afterMs: number) => number | undefined;

/**
 * A `cron()` of six fields on the clocks of a time zone, as EventBridge Scheduler has it: what falls into an hour that clocks
 * are put forward over is skipped, and what falls into one that they show twice is due the first time only. See "Daylight
 * savings time" in Scheduler's guide, "Schedule types".
 *
 * No library is beneath it: cron-parser, which the tests compare plain fields with, fires in the skipped hour and again in the
 * repeated one, and takes some hundred times as long (`npm run bench -- schedules`).
 *
 * @param body what stands between the brackets
 * @throws Refusal
 */
export function cronExpression(body: string, zone: TimeZone): NextDue {
  const fields = fieldsOf(body);
  return (afterMs) => {
    const fromMs = Math.floor(zone.wallTimeAt(afterMs) / MINUTE) * MINUTE;
    for (const wallTimeMs of wallTimes(fields, fromMs)) {
      const instantMs = zone.instantOf(wallTimeMs);
      if (instantMs !== undefined && instantMs > afterMs) return instantMs;
    }
    return undefined;
  };
}

function fieldsOf(body: string): CronFields {
  if (body !== body.trim()) refuse('there is space next to a bracket');
  const texts = body === '' ? [] : body.toUpperCase().split(/\s+/);
  const [minutes = '', hours = '', dayOfMonth = '', months = '', dayOfWeek = '', years = ''] = texts;
  if (texts.length !== 6) refuse(wrongCount(texts.length));
  return {
    minutes: plainValues(minutes, FIELDS.minutes),
    hours: plainValues(hours, FIELDS.hours),
    months: plainValues(months, FIELDS.month),
    years: plainValues(years, FIELDS.year),
    days: dayRule(dayOfMonth, dayOfWeek),
  };
}

function wrongCount(count: number): string {
  const found = count === 1 ? 'this is one' : `these are ${count || 'none'}`;
  const hint = count === 5 ? '; the crontab of Unix has no year, and AWS wants one, e.g. *' : '';
  return `cron takes six fields, minutes hours day-of-month month day-of-week year; ${found}${hint}`;
}

/** Wall times that are due, from one on, in their order. */
function* wallTimes({ years, months, days, hours, minutes }: CronFields, fromMs: number): Generator<number> {
  const fromYear = new Date(fromMs).getUTCFullYear();
  for (const year of years) {
    if (year < fromYear) continue;
    for (const number of months) {
      const month = monthOf(year, number);
      if (month.startMs + month.length * DAY <= fromMs) continue;
      for (const day of days(month)) {
        const dayMs = month.startMs + (day - 1) * DAY;
        if (dayMs + DAY > fromMs) yield* timesOfDay(dayMs, hours, minutes, fromMs);
      }
    }
  }
}

function* timesOfDay(
  dayMs: number,
  hours: readonly number[],
  minutes: readonly number[],
  fromMs: number,
): Generator<number> {
  for (const hour of hours) {
    const hourMs = dayMs + hour * HOUR;
    if (hourMs + HOUR <= fromMs) continue;
    for (const minute of minutes) {
      const minuteMs = hourMs + minute * MINUTE;
      if (minuteMs >= fromMs) yield minuteMs;
    }
  }
}
