import type { ListTagsForResourceInput, ListTagsForResourceOutput } from '@aws-sdk/client-scheduler';
import type { Operation } from '../../../src/core/operation.ts';
import { tagList } from '../group/tags.ts';
import type { SchedulerService } from '../service.ts';

/** The tags of a group of schedules, by key. */
export const listTagsForResource: Operation<
  SchedulerService,
  ListTagsForResourceInput,
  ListTagsForResourceOutput
> = async ({ groups }, { ResourceArn = '' }) => ({ Tags: tagList((await groups.ofArn(ResourceArn)).tags) });
