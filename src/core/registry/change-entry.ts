import { isVersionConflict, type Registry } from '../ports/registry.ts';

/**
 * Stores what `decide` makes of the entry, `undefined` to remove it; nothing is stored when that is what there was. Where
 * another change comes between, `decide` is asked again about what that one left, so it must not do anything else. What it
 * throws refuses the change.
 */
export async function changeEntry<Value, Next extends Value | undefined = Value | undefined>(
  registry: Registry,
  key: string,
  decide: (current: Value | undefined) => Next,
): Promise<Next> {
  for (;;) {
    const entry = await registry.get<Value>(key);
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
