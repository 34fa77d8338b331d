import type { GetScheduleOutput, ScheduleSummary } from '@aws-sdk/client-scheduler';
import type { Schedule } from './schedule.ts';

/** A schedule as `GetSchedule` answers it: what is not set is left out. */
export function scheduleOutput(schedule: Schedule): GetScheduleOutput {
  const { settings } = schedule;
  const { startMs, endMs, windowMinutes, description, kmsKeyArn } = settings;
  return {
    Arn: schedule.arn,
    GroupName: schedule.group,
    Name: schedule.name,
    ScheduleExpression: settings.expression,
    ScheduleExpressionTimezone: settings.timeZone,
    ...(startMs !== undefined && { StartDate: new Date(startMs) }),
    ...(endMs !== undefined && { EndDate: new Date(endMs) }),
    ...(description !== undefined && { Description: description }),
    ...(kmsKeyArn !== undefined && { KmsKeyArn: kmsKeyArn }),
    State: settings.state,
    CreationDate: new Date(schedule.createdAtMs),
    LastModificationDate: new Date(schedule.modifiedAtMs),
    Target: { ...settings.target },
    FlexibleTimeWindow:
      windowMinutes === undefined ? { Mode: 'OFF' } : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: windowMinutes },
    ActionAfterCompletion: settings.actionAfterCompletion,
  };
}

/** A schedule as lists show it. */
export const scheduleSummary = (schedule: Schedule): ScheduleSummary => ({
  Arn: schedule.arn,
  Name: schedule.name,
  GroupName: schedule.group,
  State: schedule.settings.state,
  CreationDate: new Date(schedule.createdAtMs),
  LastModificationDate: new Date(schedule.modifiedAtMs),
  Target: { Arn: schedule.settings.target.Arn },
});
