import type { TagResourceInput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { withTags } from '../group/tags.ts';
import type { SchedulerService } from '../service.ts';

/** Adds tags to a group of schedules; schedules have none. */
export const tagResource: Operation<SchedulerService, TagResourceInput, object> = async (
  { groups },
  { ResourceArn = '', Tags },
) => {
  await groups.change(await groups.ofArn(ResourceArn), ({ tags }) => ({ tags: withTags(tags, Tags) }));
  return {};
};
