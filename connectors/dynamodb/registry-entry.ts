import { isVersionConflict, type Registry } from '../../src/core/ports/registry.ts';

/** Changes an entry as it is by then, whoever changes it meanwhile; one that is gone stays gone. */
export async function changeEntry<T>(registry: Registry, key: string, make: (current: T) => T): Promise<void> {
  for (;;) {
    const found = await registry.get<T>(key);
    const changed = found && make(found.value);
    if (!found || changed === found.value) return;
    try {
      await registry.put(key, changed, found.version);
      return;
    } catch (error) {
      if (!isVersionConflict(error)) throw error;
    }
  }
}
