import { DAY, HOUR, MINUTE } from '../core/clock.ts';
import type { ScheduleDialect } from '../core/schedule/schedule-expression.ts';
import { refuse } from './refusal.ts';

const UNIT_MS: Readonly<Record<string, number>> = { minute: MINUTE, hour: HOUR, day: DAY };

/**
 * The period of a `rate()`. Rules want the unit in the singular for 1 and in the plural for more; Scheduler takes either, and
 * has `rate(1 days)` in its guide.
 *
 * @param body what stands between the brackets
 * @throws Refusal
 */
export function ratePeriodMs(body: string, dialect: ScheduleDialect): number {
  const [, count = '', unit = '', plural = ''] =
    /^(\d+) (minute|hour|day)(s?)$/.exec(body) ??
    refuse('rate takes a whole number, one space, and minute(s), hour(s) or day(s) in lower case');
  if (Number(count) < 1) refuse('a rate is at least 1');
  const isSingular = Number(count) === 1;
  if (dialect === 'rule' && isSingular !== (plural === '')) {
    refuse(`rules say ${unit} for 1 and ${unit}s for more, so this is ${count} ${unit}${isSingular ? '' : 's'}`);
  }
  return Number(count) * (UNIT_MS[unit] ?? DAY);
}
