import type { CreateScheduleInput, FlexibleTimeWindow } from '@aws-sdk/client-scheduler';
import { MINUTE } from '../../../src/core/clock.ts';
import { type ScheduleExpressions, ScheduleNotValid } from '../../../src/core/schedule/schedule-expression.ts';
import { invalid, invalidExpression } from '../errors.ts';
import { readTarget } from '../target/read-target.ts';
import type { ScheduleSettings } from './schedule.ts';

/** How long ago a recurring schedule may have begun. */
const OLDEST_START_MS = 5 * MINUTE;

type Dates = Pick<ScheduleSettings, 'startMs' | 'endMs'>;

/** What settings are read in the light of. */
export interface SettingsContext {
  readonly expressions: ScheduleExpressions;
  readonly nowMs: number;
  /** Those that an update replaces. */
  readonly before?: ScheduleSettings | undefined;
}

/**
 * Checks what a client asks for, and fills in what it leaves out. The model's own constraints hold already. What an update
 * leaves as it was may have begun at any time.
 */
export function readSettings(
  input: CreateScheduleInput,
  { expressions, nowMs, before }: SettingsContext,
): ScheduleSettings {
  const { ScheduleExpression: expression = '', ScheduleExpressionTimezone: timeZone = 'UTC' } = input;
  const [startMs, endMs] = [input.StartDate?.getTime(), input.EndDate?.getTime()];
  if (!expressions.knowsTimeZone(timeZone)) throw invalid(`Invalid Schedule Expression Timezone ${timeZone}.`);
  const isRecurring = kindOf(expressions, expression, timeZone) !== 'at';
  if (isRecurring) checkDates({ startMs, endMs }, before, nowMs);
  return {
    ...{ expression, timeZone, startMs, endMs },
    state: input.State ?? 'ENABLED',
    windowMinutes: readWindow(input.FlexibleTimeWindow),
    actionAfterCompletion: input.ActionAfterCompletion ?? 'NONE',
    description: input.Description,
    kmsKeyArn: input.KmsKeyArn,
    target: readTarget(input.Target),
  };
}

function kindOf(expressions: ScheduleExpressions, expression: string, timeZone: string): 'rate' | 'cron' | 'at' {
  try {
    return expressions.parse(expression, 'scheduler', timeZone).kind;
  } catch (error) {
    if (error instanceof ScheduleNotValid) throw invalidExpression(expression);
    throw error;
  }
}

function checkDates({ startMs, endMs }: Dates, before: Dates | undefined, nowMs: number): void {
  if (startMs !== undefined && startMs !== before?.startMs && startMs < nowMs - OLDEST_START_MS) {
    throw invalid('The StartDate you specify cannot be earlier than 5 minutes ago.');
  }
  if (endMs === undefined) return;
  if (startMs !== undefined && endMs <= startMs)
    throw invalid('The EndDate you specify must come after the StartDate.');
  if (endMs !== before?.endMs && endMs < nowMs) throw invalid('The EndDate you specify cannot be earlier than now.');
}

function readWindow(window: FlexibleTimeWindow | undefined): number | undefined {
  const { Mode: mode, MaximumWindowInMinutes: minutes } = window ?? { Mode: 'OFF' };
  if (mode === 'OFF' && minutes !== undefined) {
    throw invalid('MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.');
  }
  if (mode === 'FLEXIBLE' && minutes === undefined) {
    throw invalid('MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE.');
  }
  return minutes;
}
