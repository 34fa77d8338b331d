import type { DeleteRetentionPolicyRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import type { LogsService } from '../service.ts';

/** From now on events never expire. */
export const deleteRetentionPolicy: Operation<LogsService, DeleteRetentionPolicyRequest, void> = async (
  { groups },
  input,
  context,
) => {
  const group = await groups.of(input, context);
  await groups.change(group, ({ retentionDays: _days, ...others }) => others);
};
