import type { Arn, Scope } from '../../../src/core/arn.ts';
import { asArn } from '../../../src/core/arn.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import type { Random } from '../../../src/core/random.ts';
import type { ItemLocks } from '../items/item-locks.ts';
import { DYNAMODB, type KinesisDestination, type Table } from '../table/table.ts';
import { type Relay, type RelayParts, type Route, startRelay } from './relay.ts';

/** Kinesis streams that tables' changes are sent to. Which ones, and in what state, the tables know; this does it. */
export interface Destinations {
  /** Makes room for changes, and begins to send them on. Returns where they are to be put. */
  open(table: Table, streamArn: Arn, precision: KinesisDestination['precision']): Promise<Arn>;
  setPrecision(log: Arn, precision: KinesisDestination['precision']): Promise<void>;
  /** The table, as it is in the directory by now, writes there no more: what waits is still sent, on and on if need be. */
  end(destination: KinesisDestination): void;
  /** Goes on after a start of this process. */
  resume(): Promise<void>;
  /** Forgets all destinations with what waits for them. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** What the registry keeps of a destination until all was sent. */
interface StoredRoute extends Route, Scope {
  readonly precision?: KinesisDestination['precision'];
  readonly ending?: true;
}

/** Destinations over the change log. */
export function createDestinations(
  parts: RelayParts & { readonly registry: Registry; readonly random: Random; readonly locks: ItemLocks },
): Destinations {
  const { changes, registry, random, locks, activity } = parts;
  const relays = new Map<Arn, { route: StoredRoute; readonly relay: Relay }>();

  const store = (route: StoredRoute) => registry.put(routeKey(route), route);
  const start = (route: StoredRoute) => {
    const relay = startRelay(parts, route, () => relays.get(route.log)?.route.precision);
    relays.set(route.log, { route, relay });
    return relay;
  };
  const change = async (log: Arn, changed: Partial<StoredRoute>) => {
    const entry = relays.get(log);
    if (!entry) return;
    entry.route = { ...entry.route, ...changed };
    await store(entry.route);
  };
  const forget = async (route: StoredRoute) => {
    relays.delete(route.log);
    await registry.remove(routeKey(route));
    await changes.drop(route.log);
  };
  /** Sends what waits, then forgets the destination, unless this process stops before. */
  const finish = async ({ route, relay }: { readonly route: StoredRoute; readonly relay: Relay }) => {
    await relay.drain();
    const { first, next } = await changes.bounds(route.log, 0);
    if (first === next && relays.has(route.log)) await forget(route);
  };
  const stopAll = () => Promise.all(Array.from(relays.values(), ({ relay }) => relay.stop()));

  return {
    async open({ account, region, name, arn }, streamArn, precision) {
      const log = asArn(`${arn}/kinesis/${random.uuid()}`);
      const route = { account, region, tableName: name, tableArn: arn, log, streamArn, precision };
      await changes.create(log);
      await store(route);
      start(route);
      return log;
    },
    setPrecision: (log, precision) => change(log, { precision }),
    end({ log }) {
      void activity.during('ending a streaming destination', async () => {
        await change(log, { ending: true });
        // Writes that began before the table knew may still be on their way.
        await locks.passed();
        const entry = relays.get(log);
        // How long Kinesis takes to come back is nothing that anybody should wait for.
        if (entry) void finish(entry);
      });
    },
    async resume() {
      for (const { key, value } of await registry.list<StoredRoute>(DYNAMODB)) {
        if (!/^[^/]+\/[^/]+\/[^/]+\/destination\//.test(key)) continue;
        const relay = start(value);
        if (value.ending) void finish({ route: value, relay });
      }
    },
    async reset() {
      await stopAll();
      for (const { route } of [...relays.values()]) await forget(route);
    },
    async close() {
      await stopAll();
    },
  };
}

function routeKey({ account, region, tableName, log }: StoredRoute): string {
  return `${DYNAMODB}${account}/${region}/destination/${tableName}/${log.slice(log.lastIndexOf('/') + 1)}`;
}
