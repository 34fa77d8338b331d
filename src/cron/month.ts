import { DAY } from '../core/clock.ts';

/** A month of a year. Weekdays are AWS's, from 1 for Sunday to 7 for Saturday. */
export interface Month {
  readonly startMs: number;
  /** How many days it has. */
  readonly length: number;
  /** The weekday of its first day. */
  readonly firstWeekday: number;
}

export const SUNDAY = 1;
export const SATURDAY = 7;

/** @param month 1 for January */
export function monthOf(year: number, month: number): Month {
  const startMs = Date.UTC(year, month - 1);
  const length = (Date.UTC(year, month) - startMs) / DAY;
  return { startMs, length, firstWeekday: new Date(startMs).getUTCDay() + 1 };
}

/** The weekday of a day of the month. */
export const weekdayOf = (day: number, { firstWeekday }: Month): number => ((firstWeekday + day - 2) % 7) + 1;

/** The first day of the month that is that weekday. */
export const firstOf = (weekday: number, { firstWeekday }: Month): number => ((weekday - firstWeekday + 7) % 7) + 1;
