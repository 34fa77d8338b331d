import {
  type ScheduleDialect,
  type ScheduleExpression,
  type ScheduleExpressions,
  ScheduleNotValid,
} from '../core/schedule/schedule-expression.ts';
import { atInstantMs } from './at-expression.ts';
import { cronExpression } from './cron-expression.ts';
import { ratePeriodMs } from './rate-expression.ts';
import { Refusal, refuse } from './refusal.ts';
import { type TimeZone, timeZoneOf } from './time-zone.ts';

/** Reads `rate()`, `cron()` and `at()` as strictly as AWS does. */
export function createScheduleExpressions(): ScheduleExpressions {
  return {
    parse(text, dialect, timeZone = 'UTC') {
      try {
        return expressionOf(text, dialect, timeZoneOf(timeZone) ?? refuse(`no time zone is called ${timeZone}`));
      } catch (error) {
        throw error instanceof Refusal ? new ScheduleNotValid(text, error.message) : error;
      }
    },
    knowsTimeZone: (name) => timeZoneOf(name) !== undefined,
  };
}

function expressionOf(text: string, dialect: ScheduleDialect, zone: TimeZone): ScheduleExpression {
  const [, kind = '', body = ''] = /^(rate|cron|at)\((.*)\)$/.exec(text) ?? refuse(notUnderstood(text, dialect));
  if (kind === 'cron') return { kind, text, next: cronExpression(body, zone) };
  if (kind === 'rate') {
    const periodMs = ratePeriodMs(body, dialect);
    return { kind, text, next: (afterMs, startMs) => nextOfRate(periodMs, afterMs, startMs) };
  }
  if (dialect === 'rule') refuse('rules do not know at(); EventBridge Scheduler does');
  const instantMs = atInstantMs(body, zone);
  return { kind: 'at', text, next: (afterMs) => (instantMs > afterMs ? instantMs : undefined) };
}

/** The last instant that a date can hold. AWS tells no greatest rate; what comes behind that is due in no calendar. */
const LAST_MS = 8.64e15;

function nextOfRate(periodMs: number, afterMs: number, startMs: number): number | undefined {
  const nextMs = startMs + (Math.max(0, Math.floor((afterMs - startMs) / periodMs)) + 1) * periodMs;
  return nextMs <= LAST_MS ? nextMs : undefined;
}

function notUnderstood(text: string, dialect: ScheduleDialect): string {
  const kinds = dialect === 'rule' ? 'rate(…) or cron(…)' : 'rate(…), cron(…) or at(…)';
  const padded = text !== text.trim() ? ', without space around it' : '';
  return `an expression is ${kinds}, in lower case${padded}`;
}
