import { HeadwaterError } from '../../core/errors.ts';
import type { Registry, Versioned } from '../../core/ports/registry.ts';
import { atKey, createKeyIndex } from './key-index.ts';
import type { Store } from './store.ts';

interface Entry {
  readonly key: string;
  readonly stored: Versioned<unknown>;
}

/** Registry on the embedded store: held in memory in the order of its keys, written through. */
export function openRegistry(store: Store): Registry {
  const table = store.table<Versioned<unknown>>('registry');
  const entries = createKeyIndex<Entry>();
  // One count for all keys, so that a key which was removed and stored again never gets a version that it had.
  let latest = 0;
  for (const [key, stored] of table.load()) {
    entries.set(key, { key, stored });
    latest = Math.max(latest, stored.version);
  }
  const watching = new Set<(key: string) => void>();
  const tell = (key: string) => {
    for (const look of [...watching]) look(key);
  };
  const check = (key: string, expectedVersion: number | undefined) => {
    const current = entries.get(key)?.stored.version ?? 0;
    if (expectedVersion === undefined || expectedVersion === current) return;
    throw new HeadwaterError('VERSION_CONFLICT', `"${key}" is at version ${current}, not ${expectedVersion}`);
  };
  return {
    driver: 'embedded',
    get: async <T>(key: string) => entries.get(key)?.stored as Versioned<T> | undefined,
    async put(key, value, expectedVersion) {
      check(key, expectedVersion);
      latest += 1;
      const stored = { value: value as unknown, version: latest };
      entries.set(key, { key, stored });
      await table.put(key, stored);
      tell(key);
      return stored.version;
    },
    async remove(key, expectedVersion) {
      check(key, expectedVersion);
      if (!entries.get(key)) return;
      entries.delete(key);
      await table.remove(key);
      tell(key);
    },
    async list<T>(prefix: string) {
      const found: { key: string; value: T }[] = [];
      for (const { key, stored } of entries.from(atKey(prefix))) {
        if (!key.startsWith(prefix)) break;
        found.push({ key, value: stored.value as T });
      }
      return found;
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
