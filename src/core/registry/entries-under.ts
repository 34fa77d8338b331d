import type { Registry } from '../ports/registry.ts';
import { sideBySide } from '../waiting/side-by-side.ts';

/** Removals that are under way at a time, where each is a journey to a backend. */
const REMOVALS_AT_A_TIME = 50;

/** The values whose keys begin with the prefix, in the order of their keys. */
export async function valuesUnder<Value>(registry: Registry, prefix: string): Promise<readonly Value[]> {
  return (await registry.list<Value>(prefix)).map(({ value }) => value);
}

/** Removes all entries whose keys begin with the prefix. */
export async function removeUnder(registry: Registry, prefix: string): Promise<void> {
  const entries = await registry.list(prefix);
  await sideBySide(entries, REMOVALS_AT_A_TIME, ({ key }) => registry.remove(key));
}
