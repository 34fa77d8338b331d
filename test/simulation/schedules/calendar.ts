import { HOUR, MINUTE } from '../../../src/core/clock.ts';
import type { Days, Times, Zone } from './plan.ts';

// The model of when something is due: minute after minute it is asked whether the clock on the wall fits. It shares nothing
// with what it is compared with.

const DAY_MINUTES = 24 * 60;

interface Wall {
  readonly winterMs: number;
  /** When the clocks are put forward and back, in the years that runs reach. */
  readonly summers: readonly (readonly [fromMs: number, toMs: number])[];
}

const WALLS: Readonly<Record<Zone, Wall>> = {
  UTC: { winterMs: 0, summers: [] },
  'Europe/Berlin': {
    winterMs: HOUR,
    summers: [
      [Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1)],
      [Date.UTC(2027, 2, 28, 1), Date.UTC(2027, 9, 31, 1)],
      [Date.UTC(2028, 2, 26, 1), Date.UTC(2028, 9, 29, 1)],
    ],
  },
  'America/New_York': {
    winterMs: -5 * HOUR,
    summers: [
      [Date.UTC(2026, 2, 8, 7), Date.UTC(2026, 10, 1, 6)],
      [Date.UTC(2027, 2, 14, 7), Date.UTC(2027, 10, 7, 6)],
      [Date.UTC(2028, 2, 12, 7), Date.UTC(2028, 10, 5, 6)],
    ],
  },
};

function offsetMs(zone: Zone, atMs: number): number {
  const { winterMs, summers } = WALLS[zone];
  const isSummer = summers.some(([fromMs, toMs]) => atMs >= fromMs && atMs < toMs);
  return isSummer ? winterMs + HOUR : winterMs;
}

/** All instants from `fromMs` to `toMs`, both included, at which the clock on the wall fits; none for a rate. */
export function instantsOnTheWall(times: Times, zone: Zone, fromMs: number, toMs: number): readonly number[] {
  const fits = fitting(times);
  const found: number[] = [];
  for (let atMs = Math.ceil(fromMs / MINUTE) * MINUTE; atMs <= toMs; atMs += MINUTE) {
    const offset = offsetMs(zone, atMs);
    // "In the repeated hour it runs once": the first time. What the wall never shows cannot fit.
    const isRepeated = offsetMs(zone, atMs - HOUR) === offset + HOUR;
    if (!isRepeated && fits(atMs + offset)) found.push(atMs);
  }
  return found;
}

/** Whether a minute on the wall, as if it were in UTC, is one of those. */
function fitting(times: Times): (wallMs: number) => boolean {
  if (times.kind === 'rate') return () => false;
  if (times.kind === 'at') {
    const atMs = Date.parse(`${times.local}Z`);
    return (wallMs) => wallMs === atMs;
  }
  const minutesOfDay = new Set(times.hours.flatMap((hour) => times.minutes.map((minute) => hour * 60 + minute)));
  return (wallMs) => minutesOfDay.has((wallMs / MINUTE) % DAY_MINUTES) && dayFits(times.days, new Date(wallMs));
}

function dayFits(days: Days, wall: Date): boolean {
  switch (days.kind) {
    case 'all':
      return true;
    case 'of-week':
      return days.days.includes(wall.getUTCDay() + 1);
    case 'of-month': {
      const lastDay = new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + 1, 0)).getUTCDate();
      return wall.getUTCDate() === (days.day === 0 ? lastDay : days.day);
    }
  }
}
