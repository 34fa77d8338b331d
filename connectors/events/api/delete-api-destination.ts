import type { DeleteApiDestinationCommandInput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed } from '../bus/bus.ts';
import type { EventsService } from '../service.ts';

/** Deletes an API destination. */
export const deleteApiDestination: Operation<EventsService, DeleteApiDestinationCommandInput, object> = async (
  { apiDestinations: { destinations } },
  { Name },
  context,
) => {
  await destinations.remove(await destinations.get(busNamed(Name, context), 'delete'));
  return {};
};
