import type { PutDestinationPolicyRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { noSuch, refuseUnsupported } from '../errors.ts';
import type { LogsService } from '../service.ts';

/** Says who may subscribe by the destination. Kept for clients to see: here everybody may. */
export const putDestinationPolicy: Operation<LogsService, PutDestinationPolicyRequest, void> = async (
  { destinations },
  input,
  context,
) => {
  refuseUnsupported(input, ['forceUpdate']);
  await destinations.change(context, input.destinationName ?? '', (current) => {
    if (!current) throw noSuch('destination');
    return { ...current, accessPolicy: input.accessPolicy };
  });
};
