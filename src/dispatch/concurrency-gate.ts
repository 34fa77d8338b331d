import type { Scope } from '../core/arn.ts';
import type { ThrottleReason } from '../core/dispatch.ts';
import { limits } from '../core/limits.ts';

/** Who asks to run: a function, with what is reserved for it. */
export interface Admission extends Scope {
  /** Unqualified: versions and aliases share what is reserved. */
  readonly arn: string;
  readonly reservedConcurrency?: number | undefined;
}

/** A place among the concurrent invocations, given back by disposing; or why there is none. */
export type Permit = Disposable | ThrottleReason;

/** Counts invocations in flight, per function and per account and region, and admits no more than AWS would. */
export interface ConcurrencyGate {
  enter(admission: Admission): Promise<Permit>;
}

/**
 * @param accountConcurrency the account's limit in a region
 * @param reservedTotal what all functions there have reserved; it is taken from the others whether used or not
 */
export function createConcurrencyGate(
  accountConcurrency: number,
  reservedTotal: (scope: Scope) => Promise<number>,
): ConcurrencyGate {
  const running = new Map<string, number>();
  const take = (key: string): Disposable => {
    running.set(key, (running.get(key) ?? 0) + 1);
    let held = true;
    return {
      [Symbol.dispose]: () => {
        const left = (running.get(key) ?? 0) - 1;
        if (held && left === 0) running.delete(key);
        else if (held) running.set(key, left);
        held = false;
      },
    };
  };
  // Reservations always leave this much, so below it nobody needs to add them up.
  const alwaysFree = Math.min(limits.unreservedConcurrency, accountConcurrency);

  return {
    async enter({ arn, account, region, reservedConcurrency }) {
      if (reservedConcurrency !== undefined) {
        const full = (running.get(arn) ?? 0) >= reservedConcurrency;
        return full ? 'ReservedFunctionConcurrentInvocationLimitExceeded' : take(arn);
      }
      const pool = `${account}/${region}`;
      if ((running.get(pool) ?? 0) >= alwaysFree) {
        const free = accountConcurrency - (await reservedTotal({ account, region }));
        if ((running.get(pool) ?? 0) >= free) return 'ConcurrentInvocationLimitExceeded';
      }
      return take(pool);
    },
  };
}
