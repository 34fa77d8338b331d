// What leases keep, whatever is beneath them. A driver sits it by calling `describeLeases`.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Leases } from '../../src/core/ports/leases.ts';

/** Opens leases of one namespace; each call stands for one process, where the driver knows several. */
export type OpenLeases = () => Promise<Leases>;

const FOREVER = new AbortController().signal;

export function describeLeases(open: OpenLeases): void {
  let leases: Leases;
  beforeEach(async () => {
    leases = await open();
  });
  afterEach(() => leases[Symbol.asyncDispose]());

  test('grants a free lease, and the next only when it was given back', async () => {
    const first = await leases.hold('a', FOREVER);
    let isGranted = false;
    const second = leases.hold('a', FOREVER).then((lease) => {
      isGranted = true;
      return lease;
    });
    await using other = await leases.hold('b', FOREVER);
    expect([first?.lost.aborted, other?.lost.aborted, isGranted]).toEqual([false, false, false]);
    await first?.[Symbol.asyncDispose]();
    await using granted = await second;
    expect(granted?.token).toBeGreaterThan(first?.token ?? Number.POSITIVE_INFINITY);
  });

  test('grants nothing to who waits no longer, and the lease to the next', async () => {
    const first = await leases.hold('a', FOREVER);
    const leaving = new AbortController();
    const left = leases.hold('a', leaving.signal);
    const second = leases.hold('a', FOREVER);
    leaving.abort();
    expect(await left).toBeUndefined();
    expect(await leases.hold('a', AbortSignal.abort())).toBeUndefined();
    await first?.[Symbol.asyncDispose]();
    await using granted = await second;
    expect(granted).toBeDefined();
  });

  test('takes no second giving back for one of the next holder', async () => {
    const first = await leases.hold('a', FOREVER);
    await first?.[Symbol.asyncDispose]();
    await using second = await leases.hold('a', FOREVER);
    await first?.[Symbol.asyncDispose]();
    const waiting = new AbortController();
    const third = leases.hold('a', waiting.signal);
    await using _other = await leases.hold('b', FOREVER);
    waiting.abort();
    expect(await third).toBeUndefined();
    expect(second?.lost.aborted).toBe(false);
  });

  test('counts this process among those that are alive', async () => {
    expect(await leases.members()).toBe(1);
  });
}
