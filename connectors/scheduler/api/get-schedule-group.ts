import type { GetScheduleGroupInput, GetScheduleGroupOutput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { groupOutput } from '../group/group.ts';
import type { SchedulerService } from '../service.ts';

/** A group of schedules. */
export const getScheduleGroup: Operation<SchedulerService, GetScheduleGroupInput, GetScheduleGroupOutput> = async (
  { groups },
  { Name: name = '' },
  { account, region },
) => groupOutput(await groups.of({ account, region }, name));
