import type { GetScheduleInput, GetScheduleOutput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { DEFAULT_GROUP } from '../group/group.ts';
import { scheduleOutput } from '../schedule/schedule-output.ts';
import type { SchedulerService } from '../service.ts';

/** A schedule with all its settings. */
export const getSchedule: Operation<SchedulerService, GetScheduleInput, GetScheduleOutput> = async (
  { schedules },
  { Name: name = '', GroupName: group = DEFAULT_GROUP },
  { account, region },
) => scheduleOutput(await schedules.of({ account, region, group, name }));
