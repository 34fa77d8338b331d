import type { ListSchedulesInput, ListSchedulesOutput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { page } from '../pages.ts';
import { scheduleSummary } from '../schedule/schedule-output.ts';
import type { SchedulerService } from '../service.ts';

/** The account's schedules in the region, or those of a group, by group and name. */
export const listSchedules: Operation<SchedulerService, ListSchedulesInput, ListSchedulesOutput> = async (
  { schedules, groups },
  input,
  { account, region },
) => {
  const { GroupName, NamePrefix = '', State } = input;
  if (GroupName !== undefined) await groups.of({ account, region }, GroupName);
  const wanted = (await schedules.list({ account, region }, GroupName)).filter(
    ({ name, settings }) => name.startsWith(NamePrefix) && (State === undefined || settings.state === State),
  );
  const { items, end } = page('schedules', wanted, ({ group, name }) => `${group}/${name}`, input);
  return { Schedules: items.map(scheduleSummary), ...end };
};
