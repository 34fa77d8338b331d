import type { Activity } from '../../src/core/activity.ts';
import type { Leases } from '../../src/core/ports/leases.ts';

/** Who competes for what. */
export interface Competing {
  readonly leases: Leases;
  readonly activity: Activity;
  /** Of the lease. */
  readonly name: string;
  readonly signal: AbortSignal;
}

/**
 * Does what one process at a time may do: `work` begins when this process holds the lease, and must end when its signal is
 * aborted. It begins again when the lease was lost meanwhile, until it says that it is done or the caller's signal is aborted.
 */
export async function whileHeld(
  { leases, activity, name, signal }: Competing,
  work: (signal: AbortSignal) => Promise<'done' | 'interrupted'>,
): Promise<void> {
  for (let outcome = 'interrupted'; outcome !== 'done' && !signal.aborted; ) {
    const lease = await tokenUntilTurn(activity, name, leases.hold(name, signal));
    if (!lease) return;
    try {
      outcome = await work(AbortSignal.any([signal, lease.lost]));
    } finally {
      await lease[Symbol.asyncDispose]();
    }
  }
}

/** What can be held at once is in progress from the start; nobody is kept waiting for what another process holds. */
async function tokenUntilTurn<T>(activity: Activity, name: string, held: Promise<T>): Promise<T> {
  const token = activity.begin(`taking over ${name}`);
  setImmediate(() => token[Symbol.dispose]());
  return await held;
}
