import type { DeliveryDeclaration, TargetDeclaration } from './target.ts';

/** A schedule of EventBridge Scheduler. */
export interface ScheduleDeclaration {
  /** Name of its group. @default 'default' */
  readonly group?: string | undefined;
  /** `at(2026-12-24T18:00:00)`, `rate(5 minutes)` or `cron(0 12 * * ? *)`. */
  readonly scheduleExpression: string;
  /** E.g. `Europe/Berlin`. @default 'UTC' */
  readonly scheduleExpressionTimezone?: string | undefined;
  /** How many minutes later it may fire. By default none. */
  readonly maximumWindowInMinutes?: number | undefined;
  /** E.g. `2026-01-01T00:00:00Z`. */
  readonly startDate?: string | undefined;
  readonly endDate?: string | undefined;
  readonly description?: string | undefined;
  /** @default true */
  readonly enabled?: boolean | undefined;
  /** @default 'NONE' */
  readonly actionAfterCompletion?: 'NONE' | 'DELETE' | undefined;
  readonly target: ScheduleTargetDeclaration;
}

/** What a schedule does. */
export interface ScheduleTargetDeclaration extends Omit<TargetDeclaration, 'logGroup'>, DeliveryDeclaration {
  /** Of a stream. */
  readonly partitionKey?: string | undefined;
  /** Of an event bus. */
  readonly source?: string | undefined;
  /** Of an event bus. */
  readonly detailType?: string | undefined;
}

/** A group of schedules. */
export interface ScheduleGroupDeclaration {
  readonly tags?: Readonly<Record<string, string>> | undefined;
}
