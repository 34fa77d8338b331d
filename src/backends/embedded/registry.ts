import { HeadwaterError } from '../../core/errors.ts';
import type { Registry, Versioned } from '../../core/ports/registry.ts';
import type { Store } from './store.ts';

/** Registry on the embedded store: held in memory, written through. */
export function openRegistry(store: Store): Registry {
  const table = store.table<Versioned<unknown>>('registry');
  const entries = new Map(table.load());
  // One count for all keys, so that a key which was removed and stored again never gets a version that it had.
  let latest = [...entries.values()].reduce((newest, { version }) => Math.max(newest, version), 0);
  const watching = new Set<(key: string) => void>();
  const tell = (key: string) => {
    for (const look of [...watching]) look(key);
  };
  const check = (key: string, expectedVersion: number | undefined) => {
    const current = entries.get(key)?.version ?? 0;
    if (expectedVersion === undefined || expectedVersion === current) return;
    throw new HeadwaterError('VERSION_CONFLICT', `"${key}" is at version ${current}, not ${expectedVersion}`);
  };
  return {
    driver: 'embedded',
    get: async <T>(key: string) => entries.get(key) as Versioned<T> | undefined,
    async put(key, value, expectedVersion) {
      check(key, expectedVersion);
      latest += 1;
      const entry = { value: value as unknown, version: latest };
      entries.set(key, entry);
      await table.put(key, entry);
      tell(key);
      return entry.version;
    },
    async remove(key, expectedVersion) {
      check(key, expectedVersion);
      if (!entries.delete(key)) return;
      await table.remove(key);
      tell(key);
    },
    async list<T>(prefix: string) {
      const found = [...entries].filter(([key]) => key.startsWith(prefix));
      return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { value }]) => ({ key, value: value as T }));
    },
    watch(prefix, changed) {
      const look = (key: string) => {
        if (key.startsWith(prefix)) changed(key);
      };
      watching.add(look);
      return { [Symbol.dispose]: () => watching.delete(look) };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
