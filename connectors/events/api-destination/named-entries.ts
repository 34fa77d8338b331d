import type { Scope } from '../../../src/core/arn.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { removeUnder, valuesUnder } from '../../../src/core/registry/entries-under.ts';
import type { BusName } from '../bus-events.ts';
import { notFound } from '../errors.ts';

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
    list: ({ account, region }, namePrefix = '') =>
      valuesUnder<Entry>(registry, `${prefix}${account}/${region}/${namePrefix}`),
    async create(entry) {
      await changeEntry<Entry>(registry, keyOf(entry), (current) => {
        if (current) throw new ServiceError('ResourceAlreadyExistsException', wording.exists(entry.name));
        return entry;
      });
    },
    change: (name, doing, change) =>
      changeEntry(registry, keyOf(name), (current: Entry | undefined) => {
        if (!current) throw missing(name.name, doing);
        return change(current);
      }),
    remove: (name) => registry.remove(keyOf(name)),
    clear: () => removeUnder(registry, prefix),
  };
}
