import type { ListTagsLogGroupRequest, ListTagsLogGroupResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import type { LogsService } from '../service.ts';
import { taggedGroup } from '../tagged-resource.ts';

/** The older way to list a group's tags. */
export const listTagsLogGroup: Operation<LogsService, ListTagsLogGroupRequest, ListTagsLogGroupResponse> = async (
  service,
  input,
  context,
) => {
  const { tags } = await taggedGroup(service, input.logGroupName ?? '', context);
  return { tags };
};
