import type { DeleteLogGroupRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { invalid } from '../errors.ts';
import type { LogsService } from '../service.ts';

/** Forgets a group with its streams, events and filters. */
export const deleteLogGroup: Operation<LogsService, DeleteLogGroupRequest, void> = async (
  { groups },
  input,
  context,
) => {
  const group = await groups.of(input, context);
  if (group.isProtected) {
    throw invalid(`Log group ${group.name} has deletion protection enabled and cannot be deleted.`);
  }
  await groups.remove(group);
};
