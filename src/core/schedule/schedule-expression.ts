/** When something is due, as AWS writes it: `rate(5 minutes)`, `cron(0 9 ? * MON-FRI *)`, `at(2026-12-24T18:00:00)`. */
export interface ScheduleExpression {
  readonly kind: 'rate' | 'cron' | 'at';
  /** The text that was parsed. */
  readonly text: string;
  /**
   * The first due instant behind `afterMs`; `undefined` when there is none any more. A rate counts from `startMs`, at which it
   * is not due itself.
   */
  next(afterMs: number, startMs: number): number | undefined;
}

/** Rules know `rate` and `cron` in UTC; Scheduler also knows `at`, and a time zone. */
export type ScheduleDialect = 'rule' | 'scheduler';

/** Reads schedule expressions. */
export interface ScheduleExpressions {
  /**
   * @param timeZone of the IANA database; UTC when absent
   * @throws ScheduleNotValid
   */
  parse(text: string, dialect: ScheduleDialect, timeZone?: string): ScheduleExpression;
  /** Whether the machine knows the time zone. */
  knowsTimeZone(name: string): boolean;
}

/** An expression that AWS refuses. The wire has AWS's own sentence; `reason` is ours, for people, and says which part. */
export class ScheduleNotValid extends Error {
  readonly reason: string;

  constructor(text: string, reason: string) {
    super(`${text} is no valid schedule expression: ${reason}`);
    this.name = 'ScheduleNotValid';
    this.reason = reason;
  }
}
