import type { UntagLogGroupRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { withoutTags } from '../../../core/tags.ts';
import type { LogsService } from '../service.ts';
import { taggedGroup } from '../tagged-resource.ts';

/** The older way to take tags from a group. */
export const untagLogGroup: Operation<LogsService, UntagLogGroupRequest, void> = async (service, input, context) => {
  const group = await taggedGroup(service, input.logGroupName ?? '', context);
  await group.change((tags) => withoutTags(tags, input.tags ?? []));
};
