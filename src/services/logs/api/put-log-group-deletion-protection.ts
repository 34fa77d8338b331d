import type { PutLogGroupDeletionProtectionRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import type { LogsService } from '../service.ts';

/** Says whether the group can be deleted. */
export const putLogGroupDeletionProtection: Operation<LogsService, PutLogGroupDeletionProtectionRequest, void> = async (
  { groups },
  input,
  context,
) => {
  const group = await groups.of(input, context);
  const isProtected = input.deletionProtectionEnabled ?? false;
  await groups.change(group, (current) => ({ ...current, isProtected }));
};
