import type { Scope } from '../core/arn.ts';
import type { ThrottleReason } from '../core/dispatch.ts';
import type { Permits } from '../core/ports/permits.ts';

/** Who asks to run: a function, with what is reserved for it. */
export interface Admission extends Scope {
  /** Unqualified: versions and aliases share what is reserved. */
  readonly arn: string;
  readonly reservedConcurrency?: number | undefined;
}

/** A place among the concurrent invocations, given back by disposing; or why there is none. */
export type Admitted = (Concurrency & Disposable) | ThrottleReason;

/** How many invocations go on at an instant, the one included that was admitted then. */
export interface Concurrency {
  readonly ofFunction: number;
  readonly ofAccount: number;
  /** Of all functions that have nothing reserved; `undefined` when the one that was admitted has. */
  readonly unreserved: number | undefined;
  /** What is not there for others: what is reserved, used or not, and what is used of the rest. */
  readonly claimed: number | undefined;
}

const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** Counts invocations in flight, per function and per account and region, and admits no more than AWS would. */
export interface ConcurrencyGate {
  enter(admission: Admission): Promise<Admitted>;
}

/**
 * A gate that counts the invocations of all processes. What a function has reserved is its own, used or not; the others
 * share what is left of the account's. docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 *
 * @param accountConcurrency the account's limit in a region
 * @param reservedTotal what all functions there have reserved
 */
export function createConcurrencyGate(
  permits: Permits,
  accountConcurrency: number,
  reservedTotal: (scope: Scope) => Promise<number>,
): ConcurrencyGate {
  return {
    async enter({ arn, account, region, reservedConcurrency }) {
      // Counted only: for metrics, whatever is reserved.
      const counted = [
        { name: `lambda-running/${arn}`, limit: NO_LIMIT },
        { name: `lambda-running/${account}/${region}`, limit: NO_LIMIT },
      ];
      if (reservedConcurrency !== undefined) {
        const permit = await permits.enter([{ name: `lambda/${arn}`, limit: reservedConcurrency }, ...counted]);
        if (permit.kind !== 'entered') return 'ReservedFunctionConcurrentInvocationLimitExceeded';
        const [, ofFunction = 0, ofAccount = 0] = permit.taken;
        return place(permit, { ofFunction, ofAccount, unreserved: undefined, claimed: undefined });
      }
      const reserved = await reservedTotal({ account, region });
      const limit = accountConcurrency - reserved;
      const permit = await permits.enter([{ name: `lambda/${account}/${region}`, limit }, ...counted]);
      if (permit.kind !== 'entered') return 'ConcurrentInvocationLimitExceeded';
      const [unreserved = 0, ofFunction = 0, ofAccount = 0] = permit.taken;
      return place(permit, { ofFunction, ofAccount, unreserved, claimed: unreserved + reserved });
    },
  };
}

const place = (permit: Disposable, concurrency: Concurrency) => ({
  ...concurrency,
  [Symbol.dispose]: () => permit[Symbol.dispose](),
});
