import type { UpdateScheduleInput, UpdateScheduleOutput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { DEFAULT_GROUP } from '../group/group.ts';
import { readSettings } from '../schedule/read-settings.ts';
import { replaceSettings } from '../schedule/replace-settings.ts';
import type { SchedulerService } from '../service.ts';

/** Replaces all that a schedule's creator decided; what the request leaves out has its default again. */
export const updateSchedule: Operation<SchedulerService, UpdateScheduleInput, UpdateScheduleOutput> = async (
  { schedules, groups, planning, expressions, clock, random },
  input,
  { account, region },
) => {
  const nowMs = clock.nowMs();
  const { Name: name = '', GroupName: group = DEFAULT_GROUP, ClientToken: clientToken } = input;
  await groups.open({ account, region }, group);
  const place = { account, region, group, name };
  const before = await schedules.of(place);
  const settings = readSettings(input, { expressions, nowMs, before: before.settings });
  const schedule = await schedules.change(place, (current) =>
    replaceSettings(current, settings, { nowMs, random, clientToken }),
  );
  await planning.plan(schedule, before);
  return { ScheduleArn: schedule.arn };
};
