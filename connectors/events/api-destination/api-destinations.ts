import type { Registry } from '../../../src/core/ports/registry.ts';
import { API_DESTINATIONS, type ApiDestination } from './api-destination.ts';
import { CONNECTIONS, type Connection } from './connection.ts';
import { createNamedEntries, type NamedEntries } from './named-entries.ts';

/** Web servers that rules call, and how they say who they are. */
export interface ApiDestinations {
  readonly destinations: NamedEntries<ApiDestination>;
  readonly connections: NamedEntries<Connection>;
  clear(): Promise<void>;
}

/** Both in the registry. Of the texts, those of `describe` are recorded. */
export function createApiDestinations(registry: Registry): ApiDestinations {
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
    async clear() {
      await destinations.clear();
      await connections.clear();
    },
  };
}
