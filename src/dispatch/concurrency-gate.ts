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
export type Admitted = Disposable | ThrottleReason;

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
      if (reservedConcurrency !== undefined) {
        const permit = await permits.enter([{ name: `lambda/${arn}`, limit: reservedConcurrency }]);
        return permit.kind === 'entered' ? permit : 'ReservedFunctionConcurrentInvocationLimitExceeded';
      }
      const limit = accountConcurrency - (await reservedTotal({ account, region }));
      const permit = await permits.enter([{ name: `lambda/${account}/${region}`, limit }]);
      return permit.kind === 'entered' ? permit : 'ConcurrentInvocationLimitExceeded';
    },
  };
}
