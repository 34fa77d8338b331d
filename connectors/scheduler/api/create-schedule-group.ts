import type { CreateScheduleGroupInput, CreateScheduleGroupOutput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { groupExists } from '../errors.ts';
import { DEFAULT_GROUP } from '../group/group.ts';
import { withTags } from '../group/tags.ts';
import type { SchedulerService } from '../service.ts';

/** Creates a group of schedules. */
export const createScheduleGroup: Operation<
  SchedulerService,
  CreateScheduleGroupInput,
  CreateScheduleGroupOutput
> = async ({ groups }, { Name: name = '', Tags, ClientToken: clientToken }, { account, region }) => {
  if (name === DEFAULT_GROUP) throw groupExists(name);
  const group = await groups.create({ account, region }, { name, tags: withTags({}, Tags), clientToken });
  return { ScheduleGroupArn: group.arn };
};
