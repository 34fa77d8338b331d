import type { CreateApiDestinationCommandInput, CreateApiDestinationCommandOutput } from '@aws-sdk/client-eventbridge';
import { formatArn } from '../../../src/core/arn.ts';
import type { Operation } from '../../../src/core/operation.ts';
import {
  type ApiDestination,
  connectionOfArn,
  DEFAULT_RATE_LIMIT,
  destinationStateOutput,
} from '../api-destination/api-destination.ts';
import { checkEndpoint } from '../api-destination/endpoint.ts';
import type { EventsService } from '../service.ts';

/** Creates an API destination. Its endpoint may be of plain HTTP, unlike on AWS. */
export const createApiDestination: Operation<
  EventsService,
  CreateApiDestinationCommandInput,
  Partial<CreateApiDestinationCommandOutput>
> = async ({ apiDestinations: { connections, destinations }, clock, random }, input, { account, region }) => {
  const { Name: name = '', Description, InvocationEndpoint = '', HttpMethod = 'POST' } = input;
  checkEndpoint(InvocationEndpoint, 'InvocationEndpoint');
  const connection = await connectionOfArn(connections, input.ConnectionArn);
  const nowMs = clock.nowMs();
  const destination: ApiDestination = {
    ...{ account, region, name, description: Description, connection },
    arn: formatArn({ service: 'events', region, account, resource: `api-destination/${name}/${random.uuid()}` }),
    ...{ endpoint: InvocationEndpoint, method: HttpMethod },
    rateLimit: input.InvocationRateLimitPerSecond ?? DEFAULT_RATE_LIMIT,
    ...{ createdAtMs: nowMs, modifiedAtMs: nowMs },
  };
  await destinations.create(destination);
  return destinationStateOutput(destination, await connections.find(connection));
};
