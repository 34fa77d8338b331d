import type { DeleteResourcePolicyRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { refuseUnsupported } from '../errors.ts';
import type { LogsService } from '../service.ts';

/** Forgets a policy of the account. */
export const deleteResourcePolicy: Operation<LogsService, DeleteResourcePolicyRequest, void> = async (
  { policies },
  input,
  context,
) => {
  refuseUnsupported(input, ['resourceArn', 'expectedRevisionId']);
  await policies.remove(context, input.policyName ?? '');
};
