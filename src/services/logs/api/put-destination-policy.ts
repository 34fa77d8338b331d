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
  const destination = await destinations.find(context, input.destinationName ?? '');
  if (!destination) throw noSuch('destination');
  await destinations.put({ ...destination, accessPolicy: input.accessPolicy });
};
