// What permits keep, whatever is beneath them. A driver sits it by calling `describePermits`.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Permit, Permits } from '../../src/core/ports/permits.ts';

/** Opens permits; each call begins with none taken. */
export type OpenPermits = () => Promise<Permits>;

export function describePermits(open: OpenPermits): void {
  let permits: Permits;
  beforeEach(async () => {
    permits = await open();
  });
  afterEach(() => permits[Symbol.asyncDispose]());

  const leave = (permit: Permit) => {
    if (permit.kind === 'entered') permit[Symbol.dispose]();
  };

  test('lets in as many as a pool takes, and names the pool that is full', async () => {
    const pools = [{ name: 'f', limit: 2 }];
    const [first] = [await permits.enter(pools), await permits.enter(pools)];
    expect(await permits.enter(pools)).toEqual({ kind: 'full', pool: 'f' });
    leave(first);
    expect((await permits.enter(pools)).kind).toBe('entered');
  });

  test('says how many places are taken in each pool', async () => {
    const [narrow, wide] = [
      { name: 'narrow', limit: 9 },
      { name: 'wide', limit: 9 },
    ];
    await permits.enter([wide]);
    const both = await permits.enter([narrow, wide]);
    expect(both).toMatchObject({ taken: [1, 2] });
    leave(both);
    expect(await permits.enter([wide, narrow])).toMatchObject({ taken: [2, 1] });
  });

  test('takes a place in every pool or in none', async () => {
    const narrow = { name: 'narrow', limit: 1 };
    const wide = { name: 'wide', limit: 2 };
    await permits.enter([narrow]);
    expect(await permits.enter([wide, narrow])).toEqual({ kind: 'full', pool: 'narrow' });
    expect((await permits.enter([wide])).kind).toBe('entered');
    expect((await permits.enter([wide])).kind).toBe('entered');
    expect(await permits.enter([wide])).toEqual({ kind: 'full', pool: 'wide' });
  });

  test('gives places back once, however often they are disposed of', async () => {
    const pool = [{ name: 'f', limit: 2 }];
    const [first] = [await permits.enter(pool), await permits.enter(pool)];
    leave(first);
    leave(first);
    expect((await permits.enter(pool)).kind).toBe('entered');
    expect((await permits.enter(pool)).kind).toBe('full');
  });

  test('lets in no more than the limit of those who come at once', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => permits.enter([{ name: 'f', limit: 7 }])));
    expect(all.filter(({ kind }) => kind === 'entered')).toHaveLength(7);
  });

  test('lets everybody in where no pool is asked for, and nobody into a pool of no places', async () => {
    expect((await permits.enter([])).kind).toBe('entered');
    expect(await permits.enter([{ name: 'closed', limit: 0 }])).toEqual({ kind: 'full', pool: 'closed' });
  });
}
