import type { ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { tagList } from '../../../src/core/tags.ts';
import type { EventsService } from '../service.ts';
import { tagsOf } from '../tagged-resource.ts';

/** Lists the tags of a bus or a rule. */
export const listTagsForResource: Operation<
  EventsService,
  ListTagsForResourceCommandInput,
  Partial<ListTagsForResourceCommandOutput>
> = async (service, { ResourceARN = '' }) => ({ Tags: tagList(await tagsOf(service, ResourceARN)) });
