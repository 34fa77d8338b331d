import type { CreateScheduleInput, CreateScheduleOutput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { groupNotFound } from '../errors.ts';
import { DEFAULT_GROUP } from '../group/group.ts';
import { readSettings } from '../schedule/read-settings.ts';
import { type Schedule, scheduleArn } from '../schedule/schedule.ts';
import type { SchedulerService } from '../service.ts';

/** Creates a schedule. It is due from now on before this is answered. */
export const createSchedule: Operation<SchedulerService, CreateScheduleInput, CreateScheduleOutput> = async (
  { schedules, groups, planning, expressions, clock, random },
  input,
  { account, region },
) => {
  const nowMs = clock.nowMs();
  const settings = readSettings(input, { expressions, nowMs });
  const { Name: name = '', GroupName: groupName = DEFAULT_GROUP, ClientToken: clientToken } = input;
  const group = await groups.open({ account, region }, groupName);
  const place = { account, region, group: groupName, name };
  const asked: Schedule = {
    ...{ ...place, settings, clientToken, arn: scheduleArn(place) },
    ...{ createdAtMs: nowMs, modifiedAtMs: nowMs, generation: random.uuid(), anchorMs: settings.startMs ?? nowMs },
    unplanned: 'begins',
  };
  const created = await schedules.create(asked);
  if (!(await groups.isOpen(group))) {
    await schedules.remove(created);
    throw groupNotFound(groupName);
  }
  await planning.plan(created);
  return { ScheduleArn: created.arn };
};
