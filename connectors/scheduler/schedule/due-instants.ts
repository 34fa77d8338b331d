import type { ScheduleExpression, ScheduleExpressions } from '../../../src/core/schedule/schedule-expression.ts';
import type { Schedule, ScheduleSettings } from './schedule.ts';

/** When schedules are due. */
export interface DueInstants {
  /** The first instant behind `afterMs`; `undefined` when there is none any more. */
  next(schedule: Schedule, afterMs: number): number | undefined;
  /** The first instant of a schedule that begins now. A rate is due at once; a cron expression only after this instant. */
  first(schedule: Schedule, nowMs: number): number | undefined;
}

/** Instants within a schedule's dates, in its time zone. */
export function createDueInstants(expressions: ScheduleExpressions): DueInstants {
  // The registry hands out the same settings while they do not change.
  const parsed = new WeakMap<ScheduleSettings, ScheduleExpression>();
  const expressionOf = (settings: ScheduleSettings): ScheduleExpression => {
    const known = parsed.get(settings) ?? expressions.parse(settings.expression, 'scheduler', settings.timeZone);
    parsed.set(settings, known);
    return known;
  };
  const next: DueInstants['next'] = (schedule, afterMs) => {
    const expression = expressionOf(schedule.settings);
    // "EventBridge Scheduler ignores StartDate and EndDate for one-time schedules."
    if (expression.kind === 'at') return expression.next(afterMs, schedule.anchorMs);
    const dueMs = nextRecurrence(expression, schedule, afterMs);
    const { endMs = Number.POSITIVE_INFINITY } = schedule.settings;
    return dueMs !== undefined && dueMs <= endMs ? dueMs : undefined;
  };
  return {
    next,
    first: (schedule, nowMs) => next(schedule, expressionOf(schedule.settings).kind === 'cron' ? nowMs : nowMs - 1),
  };
}

/**
 * "Use the StartDate property to set the first occurrence of the schedule"; without it a rate "starts invoking the target
 * immediately". docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
 */
function nextRecurrence(
  expression: ScheduleExpression,
  { settings: { startMs }, anchorMs }: Schedule,
  afterMs: number,
): number | undefined {
  if (expression.kind === 'rate') return afterMs < anchorMs ? anchorMs : expression.next(afterMs, anchorMs);
  return expression.next(startMs === undefined ? afterMs : Math.max(afterMs, startMs - 1), anchorMs);
}
