import type { TagResourceCommandInput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import type { EventsService } from '../service.ts';
import { changeTags } from '../tagged-resource.ts';
import { withTags } from '../tags.ts';

/** Adds tags to a bus or a rule. */
export const tagResource: Operation<EventsService, TagResourceCommandInput, object> = async (
  service,
  { ResourceARN = '', Tags },
) => {
  await changeTags(service, ResourceARN, (tags) => withTags(tags, Tags));
  return {};
};
