import { isVersionConflict, type Registry } from '../../src/core/ports/registry.ts';

/**
 * Stores what `decide` makes of the entry, `undefined` to remove it. Where another process comes between, it is asked again
 * about what that one left; it must not do anything else. What it throws refuses the change.
 */
export async function changeStored<T>(
  registry: Registry,
  key: string,
  decide: (current: T | undefined) => T | undefined,
): Promise<T | undefined> {
  for (;;) {
    const entry = await registry.get<T>(key);
    const next = decide(entry?.value);
    if (next === entry?.value) return next;
    try {
      if (next === undefined) await registry.remove(key, entry?.version);
      else await registry.put(key, next, entry?.version ?? 0);
      return next;
    } catch (error) {
      if (!isVersionConflict(error)) throw error;
    }
  }
}
