/** One simulated run of a table, as data. */
export interface TablePlan {
  readonly seed: number;
  readonly steps: readonly TableStep[];
}

/** Requests of one step are under way at the same time; after so many turns of the event loop the process may be killed amid them. */
export type TableStep =
  | {
      readonly do: 'requests';
      readonly requests: readonly TableRequest[];
      readonly crashAfterTurns?: number | undefined;
    }
  | { readonly do: 'advance'; readonly byMs: number }
  | { readonly do: 'stop' }
  | { readonly do: 'query'; readonly query: PlannedQuery };

/** One call of the API. */
export type TableRequest =
  | { readonly kind: 'write'; readonly write: Write }
  /** `again`: the same call once more, with the same token. */
  | {
      readonly kind: 'transaction';
      readonly writes: readonly Write[];
      readonly token?: string;
      readonly again: boolean;
    }
  | { readonly kind: 'batch'; readonly writes: readonly Write[] };

/** One item's part of a request. */
export interface Write {
  readonly p: string;
  readonly s: number;
  readonly does: WriteKind;
  readonly when?: Condition | undefined;
}

/** What is done to the item; `check` only within transactions. */
export type WriteKind =
  | { readonly put: { readonly c?: number | undefined; readonly v: string; readonly livesS?: number | undefined } }
  | { readonly update: Change }
  | 'delete'
  | 'check';

/** What an update expression does. */
export type Change =
  | { readonly add: number }
  /** As `add`, but it takes an attribute that is there. */
  | { readonly increment: number }
  | { readonly set: string }
  | { readonly setOnce: string }
  | { readonly append: number }
  | { readonly tag: string }
  | { readonly untag: string }
  | { readonly clear: 'c' | 'v' | 'marks' | 'tags' };

/** What a condition asks of the item as it is. */
export type Condition = 'exists' | 'absent' | { readonly atLeast: number } | { readonly valueIs: string };

/** A query of the table or of its index by `v`, compared with the model. */
export interface PlannedQuery {
  readonly index: boolean;
  readonly hash: string;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly reverse: boolean;
  readonly pageSize: number;
}
