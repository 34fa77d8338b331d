import type { CreateLogGroupRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { newGroup } from '../group/log-group.ts';
import { checkedTags } from '../group/tags.ts';
import type { LogsService } from '../service.ts';

/** Makes an empty group. Its class and key are kept for clients to see. */
export const createLogGroup: Operation<LogsService, CreateLogGroupRequest, void> = async (
  { groups, random, clock },
  input,
  context,
) => {
  const { logGroupName = '', kmsKeyId, tags = {}, logGroupClass = 'STANDARD', deletionProtectionEnabled } = input;
  await groups.create(
    newGroup(context, logGroupName, {
      ...{ id: random.uuid(), nowMs: clock.nowMs(), kmsKeyId, groupClass: logGroupClass },
      tags: checkedTags({}, tags),
      isProtected: deletionProtectionEnabled ?? false,
    }),
  );
};
