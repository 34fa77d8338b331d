import type { Clock } from '../../../src/core/clock.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { removeUnder } from '../../../src/core/registry/entries-under.ts';
import { API_DESTINATIONS, type ApiDestination, namedByArn } from './api-destination.ts';
import { CALL_TURNS, createCallTurns } from './call-turns.ts';
import { CONNECTIONS, type Connection } from './connection.ts';
import { createNamedEntries, type NamedEntries } from './named-entries.ts';

/** Web servers that rules call, and how they say who they are. */
export interface ApiDestinations {
  readonly destinations: NamedEntries<ApiDestination>;
  readonly connections: NamedEntries<Connection>;
  /** When the destination of that ARN may be called once more; `undefined` when it is gone. */
  turnOf(arn: string): Promise<number | undefined>;
  clear(): Promise<void>;
}

/** Both in the registry. Of the texts, those of `describe` are recorded. */
export function createApiDestinations(registry: Registry, clock: Clock): ApiDestinations {
  const takeTurn = createCallTurns(registry, clock);
  const destinations = createNamedEntries<ApiDestination>(registry, API_DESTINATIONS, {
    missing: (name, doing) => `Failed to ${doing} the api-destination(s). An api-destination '${name}' does not exist.`,
    exists: (name) => `An api-destination '${name}' already exists.`,
  });
  const connections = createNamedEntries<Connection>(registry, CONNECTIONS, {
    missing: (name, doing) => `Failed to ${doing} the connection(s). Connection '${name}' does not exist.`,
    exists: (name) => `Connection ${name} already exists.`,
  });
  return {
    destinations,
    connections,
    async turnOf(arn) {
      const name = namedByArn(arn, 'api-destination');
      const destination = name && (await destinations.find(name));
      return destination?.arn === arn ? await takeTurn(destination) : undefined;
    },
    async clear() {
      await destinations.clear();
      await connections.clear();
      await removeUnder(registry, CALL_TURNS);
    },
  };
}
