import type { DeleteDestinationRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { noSuch } from '../errors.ts';
import type { LogsService } from '../service.ts';

/** Forgets a destination; who subscribed by it loses what comes. */
export const deleteDestination: Operation<LogsService, DeleteDestinationRequest, void> = async (
  { destinations },
  input,
  context,
) => {
  const destination = await destinations.find(context, input.destinationName ?? '');
  if (!destination) throw noSuch('destination');
  await destinations.remove(destination);
};
