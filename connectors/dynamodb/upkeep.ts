import type { Activity } from '../../src/core/activity.ts';
import { MINUTE, realClock, sleep } from '../../src/core/clock.ts';
import type { Leases } from '../../src/core/ports/leases.ts';
import { untilDone } from '../../src/core/waiting/until-done.ts';
import { whileHeld } from './while-held.ts';

/** How long it may take until what a process that was killed left undone is found, in real time. */
const PAUSE_MS = MINUTE;

/**
 * Finishes what was left undone: once after the start, and where other processes share the work again and again, by one of
 * them. Each process sees to what it begins itself; this is for those that cannot any more.
 */
export async function keepUp(options: {
  readonly leases: Leases;
  readonly activity: Activity;
  readonly signal: AbortSignal;
  readonly finish: () => Promise<void>;
  /** Told of what could not be finished for now. */
  readonly failed: (error: unknown) => void;
}): Promise<void> {
  const { leases, activity, signal, finish, failed } = options;
  const isShared = leases.ttlMs > 0;
  await whileHeld({ leases, activity, signal, name: 'dynamodb upkeep' }, async (held) => {
    while (!held.aborted) {
      await activity.during('finishing what was left undone', () => untilDone(finish, held).catch(failed));
      if (!isShared) return 'done';
      await sleep(realClock, PAUSE_MS, held).catch(() => {});
    }
    return 'interrupted';
  });
}
