import type { DeleteScheduleGroupInput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { invalid } from '../errors.ts';
import { deleteGroup } from '../group/delete-group.ts';
import { DEFAULT_GROUP } from '../group/group.ts';
import type { SchedulerService } from '../service.ts';

/** Deletes a group with its schedules. The default group stays. */
export const deleteScheduleGroup: Operation<SchedulerService, DeleteScheduleGroupInput, object> = async (
  service,
  { Name: name = '' },
  { account, region },
) => {
  if (name === DEFAULT_GROUP) throw invalid('Cannot delete the default schedule group.');
  await deleteGroup(service, await service.groups.of({ account, region }, name));
  return {};
};
