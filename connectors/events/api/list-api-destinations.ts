import type { ListApiDestinationsCommandInput, ListApiDestinationsCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { listedDestination } from '../api-destination/api-destination.ts';
import { page } from '../page.ts';
import type { EventsService } from '../service.ts';

/** Lists API destinations whose name begins so, or of that connection. */
export const listApiDestinations: Operation<
  EventsService,
  ListApiDestinationsCommandInput,
  Partial<ListApiDestinationsCommandOutput>
> = async ({ apiDestinations: { connections, destinations } }, input, context) => {
  const { NamePrefix, ConnectionArn } = input;
  const found = await destinations.list(context, NamePrefix);
  const wanted = found.filter(({ connection }) => ConnectionArn === undefined || connection.arn === ConnectionArn);
  const { items, ...next } = page(wanted, ({ name }) => name, input);
  const listed = items.map(async (item) => listedDestination(item, await connections.find(item.connection)));
  return { ApiDestinations: await Promise.all(listed), ...next };
};
