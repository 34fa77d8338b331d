import { isVersionConflict, type Registry } from '../../core/ports/registry.ts';
import { changeEntry } from '../../core/registry/change-entry.ts';
import { valuesUnder } from '../../core/registry/entries-under.ts';

/** Entities of one kind by account and name. */
export interface DocumentStore<Entity> {
  find(account: string, name: string): Promise<Entity | undefined>;
  list(account: string): Promise<readonly Entity[]>;
  /** Resolves to whether it was stored: `false` when the name is taken. */
  create(account: string, name: string, entity: Entity): Promise<boolean>;
  /**
   * Replaces the entity by what `change` makes of it; `change` runs again when another call came between. `undefined` when
   * there is none.
   */
  change(account: string, name: string, change: (entity: Entity) => Entity): Promise<Entity | undefined>;
  remove(account: string, name: string): Promise<void>;
  clear(): Promise<void>;
}

/** Keeps them in the registry. IAM has no regions. */
export function createDocumentStore<Entity>(registry: Registry, kind: string): DocumentStore<Entity> {
  const prefixOf = (account: string) => `iam/${account}/global/${kind}/`;
  const keyOf = (account: string, name: string) => prefixOf(account) + name;
  return {
    find: async (account, name) => (await registry.get<Entity>(keyOf(account, name)))?.value,
    list: (account) => valuesUnder<Entity>(registry, prefixOf(account)),
    remove: (account, name) => registry.remove(keyOf(account, name)),
    async create(account, name, entity) {
      return !(await isTaken(registry.put(keyOf(account, name), entity, 0)));
    },
    change: (account, name, change) =>
      changeEntry<Entity>(registry, keyOf(account, name), (current) => current && change(current)),
    async clear() {
      const entries = await registry.list('iam/');
      const mine = entries.filter(({ key }) => key.split('/')[3] === kind);
      await Promise.all(mine.map(({ key }) => registry.remove(key)));
    },
  };
}

async function isTaken(put: Promise<unknown>): Promise<boolean> {
  try {
    await put;
    return false;
  } catch (error) {
    if (isVersionConflict(error)) return true;
    throw error;
  }
}
