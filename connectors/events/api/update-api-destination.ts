import type { UpdateApiDestinationCommandInput, UpdateApiDestinationCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { connectionOfArn, destinationStateOutput } from '../api-destination/api-destination.ts';
import { checkEndpoint } from '../api-destination/endpoint.ts';
import { busNamed } from '../bus/bus.ts';
import type { EventsService } from '../service.ts';

/** Changes an API destination; what is not given is kept. */
export const updateApiDestination: Operation<
  EventsService,
  UpdateApiDestinationCommandInput,
  Partial<UpdateApiDestinationCommandOutput>
> = async ({ apiDestinations: { connections, destinations }, clock }, input, context) => {
  const { ConnectionArn, InvocationEndpoint } = input;
  if (InvocationEndpoint !== undefined) checkEndpoint(InvocationEndpoint, 'InvocationEndpoint');
  const connection = ConnectionArn === undefined ? undefined : await connectionOfArn(connections, ConnectionArn);
  const changed = await destinations.change(busNamed(input.Name, context), 'update', (current) => ({
    ...current,
    description: input.Description ?? current.description,
    connection: connection ?? current.connection,
    endpoint: input.InvocationEndpoint ?? current.endpoint,
    method: input.HttpMethod ?? current.method,
    rateLimit: input.InvocationRateLimitPerSecond ?? current.rateLimit,
    modifiedAtMs: clock.nowMs(),
  }));
  return destinationStateOutput(changed, await connections.find(changed.connection));
};
