import type { TagLogGroupRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { checkedTags } from '../group/tags.ts';
import type { LogsService } from '../service.ts';
import { taggedGroup } from '../tagged-resource.ts';

/** The older way to tag a group. */
export const tagLogGroup: Operation<LogsService, TagLogGroupRequest, void> = async (service, input, context) => {
  const group = await taggedGroup(service, input.logGroupName ?? '', context);
  await group.change((tags) => checkedTags(tags, input.tags ?? {}));
};
