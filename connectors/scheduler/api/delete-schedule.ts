import type { DeleteScheduleInput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { DEFAULT_GROUP } from '../group/group.ts';
import type { SchedulerService } from '../service.ts';

/** Deletes a schedule; invocations that are being tried again go on. */
export const deleteSchedule: Operation<SchedulerService, DeleteScheduleInput, object> = async (
  { schedules, planning },
  { Name: name = '', GroupName: group = DEFAULT_GROUP },
  { account, region },
) => {
  const schedule = await schedules.of({ account, region, group, name });
  await schedules.remove(schedule);
  await planning.forget(schedule);
  return {};
};
