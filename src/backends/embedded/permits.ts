import type { Permits } from '../../core/ports/permits.ts';

/** Permits of one process. */
export function openPermits(): Permits {
  const taken = new Map<string, number>();
  const change = (name: string, by: number) => {
    const left = (taken.get(name) ?? 0) + by;
    if (left === 0) taken.delete(name);
    else taken.set(name, left);
  };
  return {
    driver: 'embedded',
    async enter(pools) {
      const full = pools.find(({ name, limit }) => (taken.get(name) ?? 0) >= limit);
      if (full) return { kind: 'full', pool: full.name };
      for (const { name } of pools) change(name, 1);
      let held = true;
      return {
        kind: 'entered',
        taken: pools.map(({ name }) => taken.get(name) ?? 0),
        [Symbol.dispose]() {
          if (held) for (const { name } of pools) change(name, -1);
          held = false;
        },
      };
    },
    async [Symbol.asyncDispose]() {},
  };
}
