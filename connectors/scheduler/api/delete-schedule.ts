import type { DeleteScheduleInput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { DEFAULT_GROUP } from '../group/group.ts';
import type { SchedulerService } from '../service.ts';

/** Deletes a schedule; invocations that are being tried again go on. */
export const deleteSchedule: Operation<SchedulerService, DeleteScheduleInput, object> = async (
  { schedules },
  { Name: name = '', GroupName: group = DEFAULT_GROUP },
  { account, region },
) => {
  await schedules.remove(await schedules.of({ account, region, group, name }));
  return {};
};
