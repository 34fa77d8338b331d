import type { Arn } from '../../../src/core/arn.ts';
import { asArn } from '../../../src/core/arn.ts';
import type { Leases } from '../../../src/core/ports/leases.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import type { Random } from '../../../src/core/random.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { untilDone } from '../../../src/core/waiting/until-done.ts';
import { DYNAMODB, type KinesisDestination, type Table } from '../table/table.ts';
import { whileHeld } from '../while-held.ts';
import { type Relay, type RelayParts, startRelay } from './relay.ts';
import { isRouteKey, routeKey, type StoredRoute } from './route.ts';

/**
 * Kinesis streams that tables' changes are sent to. Which ones, and in what state, the tables know; this does it. Each is
 * sent to by one process at a time.
 */
export interface Destinations {
  /** Makes room for changes, and begins to send them on. Returns where they are to be put. */
  open(table: Table, streamArn: Arn, precision: KinesisDestination['precision']): Promise<Arn>;
  setPrecision(table: Table, log: Arn, precision: KinesisDestination['precision']): Promise<void>;
  /** Nobody writes there any more for the table: what waits is still sent, on and on if need be. */
  end(table: Table, destination: KinesisDestination): Promise<void>;
  /** Learns which there are, now and from now on. */
  follow(): Promise<void>;
  /** Forgets all destinations with what waits for them. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** What this process does for a destination. */
interface Sending {
  route: StoredRoute;
  /** While this is the process that sends. */
  relay?: Relay | undefined;
  readonly stopping: AbortController;
  readonly stopped: Promise<void>;
}

/** Destinations over the change log. */
export function createDestinations(
  parts: RelayParts & { readonly registry: Registry; readonly leases: Leases; readonly random: Random },
): Destinations {
  const { changes, registry, leases, random, activity } = parts;
  const sendings = new Map<string, Sending>();
  const closing = new AbortController();
  let watched: Disposable | undefined;

  const forget = async (route: StoredRoute) => {
    await registry.remove(routeKey(route));
    await changes.drop(route.log);
  };
  /** Sends until all is sent of one that ended, or this process shall not any more. */
  const send = async (sending: Sending, signal: AbortSignal) => {
    const { route } = sending;
    const relay = startRelay(parts, route, () => sending.route.precision);
    const stop = () => void relay.stop();
    signal.addEventListener('abort', stop, { once: true });
    sending.relay = relay;
    if (sending.route.ending) relay.drain();
    await relay.ended;
    sending.relay = undefined;
    signal.removeEventListener('abort', stop);
    if (signal.aborted) return 'interrupted';
    await untilDone(() => forget(route), closing.signal);
    return 'done';
  };
  const start = (key: string, route: StoredRoute) => {
    const stopping = new AbortController();
    const signal = AbortSignal.any([stopping.signal, closing.signal]);
    const competing = { leases, activity, name: `dynamodb relay ${route.log}`, signal };
    const sending: Sending = {
      ...{ route, stopping },
      stopped: whileHeld(competing, (held) => send(sending, held)),
    };
    sendings.set(key, sending);
  };
  const look = async (key: string) => {
    const found = (await registry.get<StoredRoute>(key))?.value;
    const sending = sendings.get(key);
    if (!found) {
      sendings.delete(key);
      // One that sent all ends by itself.
      sending?.stopping.abort();
    } else if (!sending) {
      start(key, found);
    } else {
      sending.route = found;
      if (found.ending) sending.relay?.drain();
    }
  };
  const lookAtAll = async () => {
    const stored = (await registry.list(DYNAMODB)).map(({ key }) => key).filter(isRouteKey);
    for (const key of new Set([...sendings.keys(), ...stored])) await look(key);
  };
  const change = async (table: Table, log: Arn, changed: Partial<StoredRoute>) => {
    const key = routeKey({ ...table, tableName: table.name, log });
    await changeEntry<StoredRoute>(registry, key, (route) => route && { ...route, ...changed });
    await look(key);
  };

  return {
    async open({ account, region, name, arn }, streamArn, precision) {
      const log = asArn(`${arn}/kinesis/${random.uuid()}`);
      const route = { account, region, tableName: name, tableArn: arn, log, streamArn, precision };
      await changes.create(log);
      await registry.put(routeKey(route), route);
      await look(routeKey(route));
      return log;
    },
    setPrecision: (table, log, precision) => change(table, log, { precision }),
    end: (table, { log }) => change(table, log, { ending: true }),
    async follow() {
      watched = registry.watch(DYNAMODB, (key) => {
        if (key !== undefined && !isRouteKey(key)) return;
        const follow = async () => await (key === undefined ? lookAtAll() : look(key));
        activity.start('following streaming destinations', () => untilDone(follow, closing.signal));
      });
      await lookAtAll();
    },
    async reset() {
      const all = [...sendings.values()];
      for (const { stopping } of all) stopping.abort();
      await Promise.all(all.map(({ stopped }) => stopped));
      for (const { route } of all) await forget(route);
      sendings.clear();
    },
    async close() {
      closing.abort();
      watched?.[Symbol.dispose]();
      await Promise.all(Array.from(sendings.values(), ({ stopped }) => stopped));
    },
  };
}
