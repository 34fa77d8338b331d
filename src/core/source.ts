import type { Due } from './activity.ts';
import type { Arn } from './arn.ts';
import type { NormalizedEvent } from './event.ts';
import type { ResourceDescription } from './target.ts';

/** An event source that mappings take from. One per service, handed to `mappings/poll` by ARN service. */
export interface PollSource {
  readonly service: string;
  describe(arn: Arn): Promise<ResourceDescription | undefined>;
  /** Opens a poller; several may take from one source at a time and never get the same event while it is unsettled. */
  poller(arn: Arn): Poller;
}

/** Takes from one source on behalf of one mapping. */
export interface Poller extends Disposable {
  /**
   * Waits, without any timer of its own, until something can be taken or the signal is aborted; aborted it resolves
   * to nothing and nothing is lost. What it returns is hidden from all others until it is settled or taken back.
   */
  take(
    limits: { readonly maxRecords: number; readonly visibilityTimeoutMs?: number },
    signal: AbortSignal,
  ): Promise<readonly Taken[]>;
  /** What could be taken at this instant by this poller, and when there will be more. */
  due(): Due;
}

/**
 * One event taken from its source. It is settled once: by `done`, `fail` or `release`. A batch gathers many of them over
 * several polls, and the connector groups the calls that settle them.
 */
export interface Taken {
  readonly event: NormalizedEvent;
  /** Size of the record in the payload, roughly: what the 6 MB rule counts. */
  readonly bytes: number;
  /** When the source takes it back by itself, on the clock. */
  readonly expiresAtMs?: number;
  /** Processed, or filtered out: the source may forget it. */
  done(): Promise<void>;
  /** Failed: what happens next is the source's rule (a queue waits for its visibility timeout). */
  fail(): Promise<void>;
  /** Never delivered: give it back at once, as if it had not been taken. */
  release(): Promise<void>;
}
