import { DAY, HOUR, MINUTE, SECOND } from '../../../core/clock.ts';
import type { Reading } from '../store/metric-store.ts';
import { finestPeriodMs, floorTo } from '../store/tier.ts';
import { Distribution } from './distribution.ts';

/** A stretch of time cut into periods. */
export interface Periods {
  /** The first period begins here. */
  readonly startMs: number;
  /** Nothing of this instant or later counts. */
  readonly endMs: number;
  readonly periodMs: number;
}

/** Seconds of a period beneath a minute. */
const SHORT_PERIODS = [1, 5, 10, 20, 30];

/** Whether values can be asked for by such a period. */
export const isPeriod = (seconds: number): boolean => SHORT_PERIODS.includes(seconds) || seconds % 60 === 0;

/**
 * The periods of a request: it begins on a whole minute, of what is older on a coarser instant.
 * docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
export function periodsOf(from: Date, to: Date, periodSeconds: number, nowMs: number): Periods {
  const periodMs = periodSeconds * SECOND;
  const ageMs = nowMs - from.getTime();
  const coarse = ageMs < 15 * DAY ? MINUTE : ageMs < 63 * DAY ? 5 * MINUTE : HOUR;
  const startMs = floorTo(from.getTime(), periodMs < MINUTE ? periodMs : coarse);
  return { startMs, endMs: to.getTime(), periodMs };
}

/** How many periods there are. */
export const countPeriods = ({ startMs, endMs, periodMs }: Periods): number => Math.ceil((endMs - startMs) / periodMs);

/**
 * What was reported in each period, by its beginning; a period without any has none. When values of such an age are not
 * there so finely, there are none at all.
 */
export function inPeriods(readings: readonly Reading[], periods: Periods, nowMs: number): Map<number, Distribution> {
  const { startMs, endMs, periodMs } = periods;
  const found = new Map<number, Distribution>();
  const finestMs = finestPeriodMs(nowMs - startMs);
  if (finestMs === undefined || periodMs % finestMs !== 0) return found;
  for (const { atMs, resolutionMs, values } of readings) {
    if (atMs < startMs || atMs >= endMs || resolutionMs > periodMs) continue;
    const beginMs = startMs + floorTo(atMs - startMs, periodMs);
    const known = found.get(beginMs) ?? new Distribution();
    known.merge(values);
    found.set(beginMs, known);
  }
  return found;
}
