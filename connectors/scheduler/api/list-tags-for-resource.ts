import type { ListTagsForResourceInput, ListTagsForResourceOutput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { sortedTagList } from '../../../src/core/tags.ts';
import type { SchedulerService } from '../service.ts';

/** The tags of a group of schedules, by key. */
export const listTagsForResource: Operation<
  SchedulerService,
  ListTagsForResourceInput,
  ListTagsForResourceOutput
> = async ({ groups }, { ResourceArn = '' }) => ({ Tags: sortedTagList((await groups.ofArn(ResourceArn)).tags) });
