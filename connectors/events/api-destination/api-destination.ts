import type { ApiDestination as ListedApiDestination } from '@aws-sdk/client-eventbridge';
import { type Arn, parseArn } from '../../../src/core/arn.ts';
import type { BusName } from '../bus-events.ts';
import { notFound } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { NamedEntries } from './named-entries.ts';

/** A web server that rules call. */
export interface ApiDestination extends BusName {
  readonly arn: Arn;
  readonly description?: string | undefined;
  readonly connection: BusName & { readonly arn: string };
  /** With `*` where a path parameter stands. */
  readonly endpoint: string;
  readonly method: string;
  readonly rateLimit: number;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

/** Key prefix of all API destinations in the registry. */
export const API_DESTINATIONS = 'events/api-destinations/';

/** Calls a second where nobody says otherwise (recorded). */
export const DEFAULT_RATE_LIMIT = 300;

/** The name in an ARN `…:api-destination/NAME/ID`, or `…:connection/NAME/ID`. */
export function namedByArn(arn: string, kind: 'api-destination' | 'connection'): BusName | undefined {
  const parts = parseArn(arn);
  const [found, name] = parts?.service === 'events' ? parts.resource.split('/') : [];
  return parts && found === kind && name ? { account: parts.account, region: parts.region, name } : undefined;
}

/** The connection that a destination is to use; refuses when there is none. */
export async function connectionOfArn(
  connections: NamedEntries<Connection>,
  arn = '',
): Promise<ApiDestination['connection']> {
  const name = namedByArn(arn, 'connection');
  if (!name || (await connections.find(name))?.arn !== arn) throw notFound(`Connection '${arn}' does not exist.`);
  return { ...name, arn };
}

/** What every answer about a destination shows. */
export const destinationStateOutput = (destination: ApiDestination, connection: Connection | undefined) => ({
  ApiDestinationArn: destination.arn,
  ApiDestinationState: connection?.state === 'AUTHORIZED' ? ('ACTIVE' as const) : ('INACTIVE' as const),
  CreationTime: new Date(destination.createdAtMs),
  LastModifiedTime: new Date(destination.modifiedAtMs),
});

/** A destination as lists show it. */
export const listedDestination = (
  destination: ApiDestination,
  connection: Connection | undefined,
): ListedApiDestination => ({
  ...destinationStateOutput(destination, connection),
  Name: destination.name,
  ConnectionArn: destination.connection.arn,
  InvocationEndpoint: destination.endpoint,
  HttpMethod: destination.method as ListedApiDestination['HttpMethod'],
  InvocationRateLimitPerSecond: destination.rateLimit,
});
