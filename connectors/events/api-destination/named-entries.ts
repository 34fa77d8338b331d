import type { Scope } from '../../../src/core/arn.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import type { BusName } from '../bus-events.ts';
import { notFound } from '../errors.ts';
import { changeStored } from '../stored.ts';

/** What connections and API destinations are called in refusals. */
export interface Wording {
  readonly missing: (name: string, doing: string) => string;
  readonly exists: (name: string) => string;
}

/** Things of one kind, by name. */
export interface NamedEntries<Entry> {
  find(name: BusName): Promise<Entry | undefined>;
  /** Refuses when there is none; `doing` is the verb of the refusal. */
  get(name: BusName, doing: string): Promise<Entry>;
  /** Those of one account and region whose name begins so, by name. */
  list(scope: Scope, prefix: string | undefined): Promise<readonly Entry[]>;
  /** Refuses when there is one of that name. */
  create(entry: Entry): Promise<void>;
  /** Refuses when there is none. */
  change(name: BusName, doing: string, change: (current: Entry) => Entry): Promise<Entry>;
  remove(name: BusName): Promise<void>;
  clear(): Promise<void>;
}

/** Entries in the registry under a prefix. */
export function createNamedEntries<Entry extends BusName>(
  registry: Registry,
  prefix: string,
  wording: Wording,
): NamedEntries<Entry> {
  const keyOf = ({ account, region, name }: BusName) => `${prefix}${account}/${region}/${name}`;
  const find = async (name: BusName) => (await registry.get<Entry>(keyOf(name)))?.value;
  const missing = (name: string, doing: string) => notFound(wording.missing(name, doing));
  return {
    find,
    async get(name, doing) {
      const entry = await find(name);
      if (!entry) throw missing(name.name, doing);
      return entry;
    },
    async list({ account, region }, namePrefix = '') {
      const entries = await registry.list<Entry>(`${prefix}${account}/${region}/${namePrefix}`);
      return entries.map(({ value }) => value);
    },
    async create(entry) {
      await changeStored<Entry>(registry, keyOf(entry), (current) => {
        if (current) throw new ServiceError('ResourceAlreadyExistsException', wording.exists(entry.name));
        return entry;
      });
    },
    async change(name, doing, change) {
      const changed = await changeStored<Entry>(registry, keyOf(name), (current) => {
        if (!current) throw missing(name.name, doing);
        return change(current);
      });
      if (!changed) throw missing(name.name, doing);
      return changed;
    },
    remove: (name) => registry.remove(keyOf(name)),
    async clear() {
      for (const { key } of await registry.list(prefix)) await registry.remove(key);
    },
  };
}
