import type { ListConnectionsCommandInput, ListConnectionsCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { connectionStateOutput } from '../api-destination/connection.ts';
import { page } from '../page.ts';
import type { EventsService } from '../service.ts';

/** Lists connections whose name begins so, or of that state. */
export const listConnections: Operation<
  EventsService,
  ListConnectionsCommandInput,
  Partial<ListConnectionsCommandOutput>
> = async ({ apiDestinations }, input, context) => {
  const { NamePrefix, ConnectionState } = input;
  const found = await apiDestinations.connections.list(context, NamePrefix);
  const wanted = found.filter(({ state }) => ConnectionState === undefined || state === ConnectionState);
  const { items, ...next } = page(wanted, ({ name }) => name, input);
  const Connections = items.map((connection) => ({
    ...connectionStateOutput(connection),
    Name: connection.name,
    AuthorizationType: connection.type,
  }));
  return { Connections, ...next };
};
