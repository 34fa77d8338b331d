import { realClock, SECOND } from '../clock.ts';
import { BackendUnavailable } from '../errors.ts';
import type { Leases } from '../ports/leases.ts';
import { oneAtATimeByName } from './one-at-a-time.ts';

/** Runs work under a name: over all processes, one piece of work of that name at a time. */
export type InTurn = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Beyond the time after which the lease of a killed process is free. */
const PATIENCE_MS = 5 * SECOND;

/**
 * Turns under leases, for what has to be looked at and changed with nobody in between. A process that stood still for
 * longer than a lease lasts may be in another's turn: what that does must be an annoyance, not a loss.
 *
 * @param maxWaitMs how long other processes are waited for, in real time; then it rejects with `BackendUnavailable`
 */
export function inTurn(leases: Leases, maxWaitMs: number = leases.ttlMs + PATIENCE_MS): InTurn {
  const next = oneAtATimeByName();
  return (name, work) => next(name, () => underLease(leases, name, maxWaitMs, work));
}

/**
 * The same for what answers a request: there it is found out first whether the backend is away. A lease is waited for
 * through that, and requests that want the same one would wait one after the other.
 */
export function inTurnUnlessAway(leases: Leases): InTurn {
  const turns = inTurn(leases);
  return async (name, work) => {
    await leases.members();
    return await turns(name, work);
  };
}

async function underLease<T>(leases: Leases, name: string, maxWaitMs: number, work: () => Promise<T>): Promise<T> {
  const giveUp = new AbortController();
  const timer =
    maxWaitMs === Number.POSITIVE_INFINITY ? undefined : realClock.setTimer(maxWaitMs, () => giveUp.abort());
  const lease = await leases.hold(name, giveUp.signal).finally(() => timer?.[Symbol.dispose]());
  if (!lease) throw new BackendUnavailable(`The lease ${name}`, `nobody gave it up within ${maxWaitMs / SECOND} s`);
  try {
    return await work();
  } finally {
    await lease[Symbol.asyncDispose]();
  }
}
