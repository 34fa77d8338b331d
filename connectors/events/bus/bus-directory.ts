import type { Scope } from '../../../src/core/arn.ts';
import type { Clock } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { removeUnder, valuesUnder } from '../../../src/core/registry/entries-under.ts';
import type { BusName } from '../bus-events.ts';
import { busNotFound } from '../errors.ts';
import { BUSES, type Bus, busKey, DEFAULT_BUS, newBus } from './bus.ts';

/** All buses, in the registry. */
export interface BusDirectory {
  /** The default bus is always there. */
  exists(name: BusName): Promise<boolean>;
  find(name: BusName): Promise<Bus | undefined>;
  /** Refuses when there is none. */
  get(name: BusName): Promise<Bus>;
  /** The buses of one account and region by name. */
  list(scope: Scope): Promise<readonly Bus[]>;
  /** Refuses when there is one of that name. */
  create(bus: Bus): Promise<void>;
  /** Stores what `change` makes of the bus; refuses when it is not there. */
  change(name: BusName, change: (current: Bus) => Bus): Promise<Bus>;
  remove(name: BusName): Promise<void>;
  clear(): Promise<void>;
}

/** The directory over a registry. The default bus gets its entry when it is first looked at. */
export function createBusDirectory(options: { readonly registry: Registry; readonly clock: Clock }): BusDirectory {
  const { registry, clock } = options;
  const whenAbsent = (name: BusName): Bus | undefined =>
    name.name === DEFAULT_BUS ? newBus(name, clock.nowMs(), { tags: {}, details: {} }) : undefined;
  const find = async (name: BusName) => {
    const stored = await registry.get<Bus>(busKey(name));
    if (stored || name.name !== DEFAULT_BUS) return stored?.value;
    return await changeEntry<Bus>(registry, busKey(name), (current) => current ?? whenAbsent(name));
  };
  return {
    find,
    exists: async (name) => name.name === DEFAULT_BUS || (await registry.get(busKey(name))) !== undefined,
    async get(name) {
      const bus = await find(name);
      if (!bus) throw busNotFound(name.name);
      return bus;
    },
    async list({ account, region }) {
      await find({ account, region, name: DEFAULT_BUS });
      return await valuesUnder<Bus>(registry, `${BUSES}${account}/${region}/`);
    },
    async create(bus) {
      await changeEntry<Bus>(registry, busKey(bus), (current) => {
        if (!current) return bus;
        throw new ServiceError('ResourceAlreadyExistsException', `Event bus ${bus.name} already exists.`);
      });
    },
    change: (name, change) =>
      changeEntry(registry, busKey(name), (stored: Bus | undefined) => {
        const current = stored ?? whenAbsent(name);
        if (!current) throw busNotFound(name.name);
        const next = change(current);
        return next === current ? current : { ...next, modifiedAtMs: clock.nowMs() };
      }),
    remove: (name) => registry.remove(busKey(name)),
    clear: () => removeUnder(registry, BUSES),
  };
}
