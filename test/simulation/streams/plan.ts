/** One simulated run, as data: the same plan gives the same run, and a smaller plan can be made of it. */
export interface StreamPlan {
  readonly seed: number;
  readonly source: 'kinesis' | 'dynamodb';
  readonly shards: number;
  readonly mapping: MappingPlan;
  /** The mapping is created after so many steps. */
  readonly createAfter: number;
  /** What happens to the invocation of that number, the first being 1. */
  readonly faults: ReadonlyMap<number, Fault>;
  /** So many OnFailure records the destination cannot take for the moment. */
  readonly refusals: number;
  readonly steps: readonly Step[];
}

/** The settings of the mapping; absent ones are AWS's defaults. */
export interface MappingPlan {
  /** `AT_TIMESTAMP` means {@link TIMESTAMP_BACK_MS} before the mapping is created. */
  readonly start: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';
  readonly batchSize: number;
  readonly windowS?: number | undefined;
  readonly lanes?: number | undefined;
  readonly retries?: number | undefined;
  readonly maxAgeS?: number | undefined;
  readonly bisect?: boolean | undefined;
  readonly report?: boolean | undefined;
  readonly destination?: boolean | undefined;
  readonly tumblingS?: number | undefined;
  readonly filter?: boolean | undefined;
}

/**
 * What an invocation comes to whatever is in it. `hold`: it answers only after the next step has begun, so that the step
 * falls into it. `nonsense`: an answer that says nothing about items, where the mapping asks for one.
 */
export type Fault = 'throttle' | 'error' | 'timeout' | 'hold' | 'nonsense';

/** A record with how the function takes it. */
export interface PlannedRecord {
  readonly id: number;
  readonly key: string;
  /** False: the mapping's filter keeps it out, where it has one. */
  readonly matches: boolean;
  /** How many invocations with it fail before one succeeds. */
  readonly failures: number;
}

/** How far back a mapping begins that begins at a time. */
export const TIMESTAMP_BACK_MS = 5_000;
/** More failures than any run has invocations. */
export const FOREVER = 1_000_000;

/** One thing that happens; those after the first put begin when the one before was answered, not when all is quiet. */
export type Step =
  | { readonly do: 'put'; readonly records: readonly PlannedRecord[]; readonly turns: number }
  | { readonly do: 'advance'; readonly byMs: number }
  | { readonly do: 'split' | 'merge'; readonly pick: number }
  | { readonly do: 'rescale'; readonly up: boolean }
  | { readonly do: 'enable' | 'disable' }
  | { readonly do: 'resize'; readonly batchSize: number }
  /** `crash`: as by SIGKILL, `stop`: in good order; both go on in a new life. */
  | { readonly do: 'crash' | 'stop' };

/** The records of a plan in the order in which they are put. */
export const recordsOf = (plan: StreamPlan): readonly PlannedRecord[] =>
  plan.steps.flatMap((step) => (step.do === 'put' ? step.records : []));
