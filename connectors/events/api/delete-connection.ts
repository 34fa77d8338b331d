import type { DeleteConnectionCommandInput, DeleteConnectionCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { connectionStateOutput } from '../api-destination/connection.ts';
import { busNamed } from '../bus/bus.ts';
import type { EventsService } from '../service.ts';

/** Deletes a connection, at once. */
export const deleteConnection: Operation<
  EventsService,
  DeleteConnectionCommandInput,
  Partial<DeleteConnectionCommandOutput>
> = async ({ apiDestinations: { connections } }, { Name }, context) => {
  const connection = await connections.get(busNamed(Name, context), 'delete');
  await connections.remove(connection);
  return { ...connectionStateOutput(connection), ConnectionState: 'DELETING' };
};
