// Entries of the registry are changed by several processes: none may overwrite what another has just stored.
import { expect, test } from 'vitest';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import { changeEntry } from '../../src/core/registry/change-entry.ts';
import { removeUnder, valuesUnder } from '../../src/core/registry/entries-under.ts';

const emptyRegistry = () => openRegistry(openMemoryStore());

/** A registry in which another process stores `theirs` just before the first write. */
function withRival(registry: Registry, key: string, theirs: number): Registry {
  let isFirst = true;
  const beforehand = async () => {
    if (isFirst) await registry.put(key, theirs);
    isFirst = false;
  };
  return {
    ...registry,
    async put(...write) {
      await beforehand();
      return await registry.put(...write);
    },
    async remove(...removal) {
      await beforehand();
      await registry.remove(...removal);
    },
  };
}

test('asks again about what a change in between left', async () => {
  const registry = emptyRegistry();
  await registry.put('k', 1);
  const asked: unknown[] = [];
  const stored = await changeEntry<number>(withRival(registry, 'k', 10), 'k', (current = 0) => {
    asked.push(current);
    return current + 1;
  });
  expect({ asked, stored, kept: (await registry.get('k'))?.value }).toEqual({ asked: [1, 10], stored: 11, kept: 11 });
});

test('does not remove what has changed in between without asking again', async () => {
  const registry = emptyRegistry();
  await registry.put('k', 1);
  const left = await changeEntry<number>(withRival(registry, 'k', 2), 'k', (current) =>
    current === 1 ? undefined : current,
  );
  expect([left, (await registry.get('k'))?.value]).toEqual([2, 2]);
});

test('stores nothing when nothing changes, or when the change is refused', async () => {
  const registry = emptyRegistry();
  const version = await registry.put('k', 1);
  await changeEntry<number>(registry, 'k', (current) => current);
  const refusal = changeEntry<number>(registry, 'k', () => {
    throw new Error('no');
  });
  await expect(refusal).rejects.toThrow('no');
  await changeEntry<number>(registry, 'absent', (current) => current);
  expect(await registry.get('k')).toEqual({ value: 1, version });
  expect(await registry.get('absent')).toBeUndefined();
});

test('lists and removes what is under a prefix, and nothing else', async () => {
  const registry = emptyRegistry();
  for (const key of ['b/2', 'a/1', 'b/1', 'b', 'c/1']) await registry.put(key, key);
  expect(await valuesUnder(registry, 'b/')).toEqual(['b/1', 'b/2']);
  await removeUnder(registry, 'b/');
  expect(await valuesUnder(registry, '')).toEqual(['a/1', 'b', 'c/1']);
});
