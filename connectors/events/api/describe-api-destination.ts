import type {
  DescribeApiDestinationCommandInput,
  DescribeApiDestinationCommandOutput,
} from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { listedDestination } from '../api-destination/api-destination.ts';
import { busNamed } from '../bus/bus.ts';
import type { EventsService } from '../service.ts';

/** Shows an API destination. */
export const describeApiDestination: Operation<
  EventsService,
  DescribeApiDestinationCommandInput,
  Partial<DescribeApiDestinationCommandOutput>
> = async ({ apiDestinations: { connections, destinations } }, { Name }, context) => {
  const destination = await destinations.get(busNamed(Name, context), 'describe');
  const connection = await connections.find(destination.connection);
  return { ...listedDestination(destination, connection), Description: destination.description };
};
