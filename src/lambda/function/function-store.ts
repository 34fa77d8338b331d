import type { Scope } from '../../core/arn.ts';
import { isVersionConflict, type Registry } from '../../core/ports/registry.ts';
import { changeEntry } from '../../core/registry/change-entry.ts';
import { valuesUnder } from '../../core/registry/entries-under.ts';
import { conflict, functionNotFound } from '../lambda-error.ts';
import { functionArn } from './function-name.ts';
import type { FunctionRecord } from './function-record.ts';

/** Functions as they are stored. What it returns is shared: never changed in place. */
export interface FunctionStore extends Disposable {
  find(name: FunctionKey): Promise<FunctionRecord | undefined>;
  /** By name. */
  list(scope: Scope): Promise<readonly FunctionRecord[]>;
  everywhere(): Promise<readonly FunctionRecord[]>;
  create(record: FunctionRecord): Promise<void>;
  /**
   * Replaces the record by what `change` makes of it, once that is committed. `change` runs again when another call came
   * between, so it must be a pure function of the record; what it throws is the answer.
   */
  change(name: FunctionKey, change: (record: FunctionRecord) => FunctionRecord): Promise<FunctionRecord>;
  remove(name: FunctionKey): Promise<void>;
  /** Sum of reserved concurrency in that account and region, as far as this process has heard. */
  reservedTotal(scope: Scope): Promise<number>;
  /** The same, as it is stored. */
  storedReservedTotal(scope: Scope): Promise<number>;
  clear(): Promise<void>;
}

type FunctionKey = Scope & { readonly name: string };

/** Keeps functions in the registry, one entry each. */
export function createFunctionStore(registry: Registry): FunctionStore {
  const reserved = new Map<string, Promise<number>>();
  // Other processes reserve too.
  const watching = registry.watch('lambda/', (key) => {
    if (key === undefined) reserved.clear();
    else reserved.delete(key.slice(0, key.lastIndexOf('/') + 1));
  });
  const prefixOf = ({ account, region }: Scope) => `lambda/${account}/${region}/function/`;
  const keyOf = (key: FunctionKey) => prefixOf(key) + key.name;

  const list = (scope: Scope) => valuesUnder<FunctionRecord>(registry, prefixOf(scope));
  const storedReservedTotal = async (scope: Scope) =>
    (await list(scope)).reduce((total, { reservedConcurrency = 0 }) => total + reservedConcurrency, 0);
  const everywhere = async () => {
    const entries = await registry.list<FunctionRecord>('lambda/');
    return entries.filter(({ key }) => key.split('/')[3] === 'function').map(({ value }) => value);
  };
  const remove = async (key: FunctionKey) => {
    await registry.remove(keyOf(key));
    reserved.delete(prefixOf(key));
  };

  return {
    find: async (key) => (await registry.get<FunctionRecord>(keyOf(key)))?.value,
    list,
    everywhere,
    remove,
    storedReservedTotal,
    async create(record) {
      try {
        await registry.put(keyOf(record), record, 0);
      } catch (error) {
        throw isVersionConflict(error) ? conflict(`Function already exist: ${record.name}`) : error;
      }
    },
    async change(key, change) {
      const changed = await changeEntry(registry, keyOf(key), (current: FunctionRecord | undefined) => {
        if (!current) throw functionNotFound(functionArn(key));
        return change(current);
      });
      reserved.delete(prefixOf(key));
      return changed;
    },
    reservedTotal(scope) {
      const prefix = prefixOf(scope);
      const known = reserved.get(prefix);
      if (known) return known;
      const sum = storedReservedTotal(scope);
      reserved.set(prefix, sum);
      sum.catch(() => reserved.delete(prefix));
      return sum;
    },
    async clear() {
      await Promise.all((await everywhere()).map(remove));
    },
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  };
}
