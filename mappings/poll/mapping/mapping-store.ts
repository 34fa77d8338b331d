import type { Scope } from '../../../src/core/arn.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { valuesUnder } from '../../../src/core/registry/entries-under.ts';
import { MAPPINGS, type MappingName, type MappingRecord, mappingKey } from './mapping-record.ts';

/** The mappings as all processes see them. */
export interface MappingStore {
  find(name: MappingName): Promise<MappingRecord | undefined>;
  /** Of one account and region; all there are without a scope. */
  list(scope?: Scope): Promise<readonly MappingRecord[]>;
  create(record: MappingRecord): Promise<void>;
  /**
   * Replaces the record by what `change` makes of it, once that is stored; `undefined` when there is none. `change` runs
   * again when another came between; what it throws is the answer, and when it returns what it got nothing is stored.
   */
  change(name: MappingName, change: (record: MappingRecord) => MappingRecord): Promise<MappingRecord | undefined>;
  remove(name: MappingName): Promise<void>;
  /** Calls `changed` with the mapping that any process changed; with `undefined` when all must be looked at. */
  watch(changed: (name: MappingName | undefined) => void): Disposable;
}

/** Keeps the mappings in the registry, one entry each. */
export function mappingStore(registry: Registry): MappingStore {
  return {
    find: async (name) => (await registry.get<MappingRecord>(mappingKey(name)))?.value,
    async list(scope) {
      const prefix = scope ? `${MAPPINGS}${scope.account}/${scope.region}/` : MAPPINGS;
      return await valuesUnder<MappingRecord>(registry, prefix);
    },
    async create(record) {
      await registry.put(mappingKey(record), record, 0);
    },
    change: (name, change) =>
      changeEntry<MappingRecord>(registry, mappingKey(name), (current) => current && change(current)),
    remove: (name) => registry.remove(mappingKey(name)),
    watch: (changed) => registry.watch(MAPPINGS, (key) => changed(key === undefined ? undefined : nameOf(key))),
  };
}

function nameOf(key: string): MappingName {
  const [account = '', region = '', uuid = ''] = key.slice(MAPPINGS.length).split('/');
  return { account, region, uuid };
}
