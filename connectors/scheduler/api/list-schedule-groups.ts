import type { ListScheduleGroupsInput, ListScheduleGroupsOutput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { groupOutput } from '../group/group.ts';
import { page } from '../pages.ts';
import type { SchedulerService } from '../service.ts';

/** The account's groups of schedules in the region, by name. */
export const listScheduleGroups: Operation<
  SchedulerService,
  ListScheduleGroupsInput,
  ListScheduleGroupsOutput
> = async ({ groups }, input, { account, region }) => {
  const { NamePrefix = '' } = input;
  const wanted = (await groups.list({ account, region })).filter(({ name }) => name.startsWith(NamePrefix));
  const { items, end } = page('groups', wanted, ({ name }) => name, input);
  return { ScheduleGroups: items.map(groupOutput), ...end };
};
