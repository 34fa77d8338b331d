import type { Port } from './port.ts';

/**
 * Who does what only one process may do at a time: reading a shard for a mapping, sweeping a table. A lease runs in real
 * time and is renewed while it is held; of a process that was killed it is free once that time has passed. A lease alone
 * protects nothing: what is written under it carries its token, or a version, and is refused once another holds it.
 */
export interface Leases extends Port {
  /** How long a lease outlives its process, in milliseconds. */
  readonly ttlMs: number;
  /** Waits until the lease is this process's; `undefined` when the signal is aborted first. */
  hold(name: string, signal: AbortSignal): Promise<Lease | undefined>;
  /** Processes of this namespace that are alive, this one included. */
  members(): Promise<number>;
}

/** Held until it is disposed of or lost. */
export interface Lease extends AsyncDisposable {
  /** Grows with each grant of that name. */
  readonly token: number;
  /** Aborted when it could not be renewed in time: another may hold it from now on. */
  readonly lost: AbortSignal;
  /** Whether another process waits for it. */
  readonly isWanted: boolean;
}
