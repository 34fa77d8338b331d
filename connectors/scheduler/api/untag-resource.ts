import type { UntagResourceInput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { withoutTags } from '../../../src/core/tags.ts';
import type { SchedulerService } from '../service.ts';

/** Removes tags from a group of schedules. */
export const untagResource: Operation<SchedulerService, UntagResourceInput, object> = async (
  { groups },
  { ResourceArn = '', TagKeys },
) => {
  await groups.change(await groups.ofArn(ResourceArn), ({ tags }) => ({ tags: withoutTags(tags, TagKeys) }));
  return {};
};
