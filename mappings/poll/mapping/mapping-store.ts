import type { Scope } from '../../../src/core/arn.ts';
import { isVersionConflict, type Registry } from '../../../src/core/ports/registry.ts';
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
      return (await registry.list<MappingRecord>(prefix)).map(({ value }) => value);
    },
    async create(record) {
      await registry.put(mappingKey(record), record, 0);
    },
    async change(name, change) {
      const key = mappingKey(name);
      for (;;) {
        const stored = await registry.get<MappingRecord>(key);
        if (!stored) return undefined;
        const next = change(stored.value);
        if (next === stored.value) return next;
        try {
          await registry.put(key, next, stored.version);
          return next;
        } catch (error) {
          if (!isVersionConflict(error)) throw error;
        }
      }
    },
    remove: (name) => registry.remove(mappingKey(name)),
    watch: (changed) => registry.watch(MAPPINGS, (key) => changed(key === undefined ? undefined : nameOf(key))),
  };
}

function nameOf(key: string): MappingName {
  const [account = '', region = '', uuid = ''] = key.slice(MAPPINGS.length).split('/');
  return { account, region, uuid };
}
