import type { UntagResourceCommandInput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { withoutTags } from '../../../src/core/tags.ts';
import type { EventsService } from '../service.ts';
import { changeTags } from '../tagged-resource.ts';

/** Removes tags of a bus or a rule. */
export const untagResource: Operation<EventsService, UntagResourceCommandInput, object> = async (
  service,
  { ResourceARN = '', TagKeys = [] },
) => {
  await changeTags(service, ResourceARN, (tags) => withoutTags(tags, TagKeys));
  return {};
};
