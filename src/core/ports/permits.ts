import type { Port } from './port.ts';

/** Counts what goes on at this instant over all processes, and lets no more begin than its limits allow. */
export interface Permits extends Port {
  /**
   * Takes one place in every pool, or in none when one is full. What a process held that was killed is free again after
   * some seconds.
   */
  enter(pools: readonly Pool[]): Promise<Permit>;
}

/** Places of one kind, e.g. of a function's reserved concurrency. */
export interface Pool {
  readonly name: string;
  readonly limit: number;
}

/** The places, given back by disposing, and how many are taken in each pool with them; or the pool that was full. */
export type Permit =
  | ({ readonly kind: 'entered'; readonly taken: readonly number[] } & Disposable)
  | { readonly kind: 'full'; readonly pool: string };
