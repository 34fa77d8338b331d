import type { Arn } from '../../../src/core/arn.ts';
import { derivedUuid } from '../../../src/core/delivery/derived-uuid.ts';
import type { Schedule, SchedulePlace, ScheduleTarget } from '../schedule/schedule.ts';

/** One instant of a schedule for which its target is to be invoked, as its task stores it. */
export interface Invocation extends SchedulePlace {
  /** What the journal follows; the same for the same instant. */
  readonly id: string;
  readonly executionId: string;
  readonly scheduleArn: Arn;
  readonly generation: string;
  /** When the schedule was due; with a flexible window the invocation comes later. */
  readonly scheduledAtMs: number;
  /** As it was then: what is changed later is of no concern to what is under way. */
  readonly target: ScheduleTarget;
  /** Whether the schedule was not due again after it. */
  readonly isLast: boolean;
}

const EXECUTION_ID_CHARACTERS = 16;

/** The invocation of the schedule's target for that instant. */
export function invocationOf(schedule: Schedule, scheduledAtMs: number, isLast: boolean): Invocation {
  const { account, region, group, name, arn, generation, settings } = schedule;
  const id = derivedUuid(arn, generation, scheduledAtMs);
  return {
    ...{ account, region, group, name, generation, scheduledAtMs, isLast, id },
    scheduleArn: arn,
    target: settings.target,
    executionId: id.replaceAll('-', '').slice(0, EXECUTION_ID_CHARACTERS),
  };
}
