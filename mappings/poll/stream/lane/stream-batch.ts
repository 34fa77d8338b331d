import type { StreamRecord } from '../../../../src/core/source.ts';
import type { ReadRecord } from '../checkpoint/shard-progress.ts';
import type { StreamSettings } from '../stream-settings.ts';

/** A record that a lane delivers. */
export interface LaneRecord {
  readonly record: StreamRecord;
  /** Its JSON. */
  readonly text: string;
  readonly bytes: number;
  readonly place: ReadRecord;
  /** When it was read, on the clock, where that counts. */
  readonly readAtMs?: number;
  /** Whether it is still ours to deliver, where others may take it over; it always is when absent. */
  readonly hold?: { readonly held: boolean } | undefined;
}

/** Whether nobody else has taken the record over. */
export const isHeld = ({ hold }: LaneRecord): boolean => hold?.held !== false;

/** What is known of the last invocation with a batch. */
export interface Attempt {
  readonly requestId: string;
  readonly executedVersion: string;
  /** As the failure record says it; `null` when the function answered, but reported failures. */
  readonly functionError: string | null;
}

/**
 * Records that are delivered together. While a batch is open, its lane delivers nothing else; a batch ends when all its
 * records have succeeded or were given up, or when smaller batches take its place.
 */
export interface StreamBatch {
  /** Empty for the invocation that closes a tumbling window. */
  readonly records: readonly LaneRecord[];
  /** Failed invocations of this batch. Those that split it, or moved it on, do not count. */
  readonly failures: number;
  /** Attempts in a row that did not reach the function. */
  readonly deferrals: number;
  readonly notBeforeMs: number;
  readonly lastAttempt?: Attempt | undefined;
  readonly tooLarge?: boolean | undefined;
}

/** What an attempt came to, in terms of the batch. */
export type Verdict =
  | { readonly kind: 'succeeded' }
  /** The records before this one succeeded. */
  | { readonly kind: 'failed-at'; readonly index: number; readonly attempt: Attempt }
  /** All but these records succeeded. */
  | { readonly kind: 'failed-alone'; readonly failed: readonly LaneRecord[]; readonly attempt: Attempt }
  | { readonly kind: 'failed'; readonly attempt: Attempt }
  /** The function had no turn: throttled, not ready, or not there. */
  | { readonly kind: 'deferred'; readonly why: string; readonly functionIsGone?: boolean }
  | { readonly kind: 'too-large' };

/** What becomes of a batch: some of its records are done, and these batches take its place. */
export interface NextBatches {
  readonly done: readonly LaneRecord[];
  readonly open: readonly StreamBatch[];
}

/** What decides about retries. */
export interface RetryRules {
  readonly settings: Pick<StreamSettings, 'bisects' | 'maximumRetryAttempts'>;
  readonly nowMs: number;
  /** The wait after that many failures, or deferrals, in a row. */
  readonly retryDelayMs: (failures: number) => number;
  readonly deferralDelayMs: (deferrals: number) => number;
}

/** A batch that was not tried yet. */
export const freshBatch = (records: readonly LaneRecord[], lastAttempt?: Attempt): StreamBatch => ({
  records,
  failures: 0,
  deferrals: 0,
  notBeforeMs: 0,
  lastAttempt,
});

/**
 * What follows from a verdict. A reported failure moves the batch on: what is left is a batch of its own, with all its
 * retries (recorded: with three retries the last record of three was delivered five times). So does a split, which uses
 * up no retry. docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html, "BisectBatchOnFunctionError"
 */
export function nextBatches(batch: StreamBatch, verdict: Verdict, rules: RetryRules): NextBatches {
  switch (verdict.kind) {
    case 'succeeded':
      return { done: batch.records, open: [] };
    case 'failed-at':
      return verdict.index === 0
        ? afterFailure(batch, verdict.attempt, rules)
        : moveOn(batch, batch.records.slice(verdict.index), verdict.attempt);
    case 'failed-alone':
      return verdict.failed.length === batch.records.length
        ? afterFailure(batch, verdict.attempt, rules)
        : moveOn(batch, verdict.failed, verdict.attempt);
    case 'failed':
      return afterFailure(batch, verdict.attempt, rules);
    case 'deferred': {
      const deferrals = batch.deferrals + 1;
      const notBeforeMs = rules.nowMs + rules.deferralDelayMs(deferrals);
      return { done: [], open: [{ ...batch, deferrals, notBeforeMs }] };
    }
    case 'too-large':
      // Several records may do so after a window's state has grown: they go on in smaller events.
      return {
        done: [],
        open: batch.records.length > 1 ? halvesOf(batch, batch.lastAttempt) : [{ ...batch, tooLarge: true }],
      };
  }
}

/** What is left of a batch goes on as a batch of its own. */
function moveOn({ records }: StreamBatch, left: readonly LaneRecord[], attempt: Attempt): NextBatches {
  const open = new Set(left);
  return { done: records.filter((record) => !open.has(record)), open: [freshBatch(left, attempt)] };
}

function afterFailure(batch: StreamBatch, attempt: Attempt, rules: RetryRules): NextBatches {
  if (rules.settings.bisects && batch.records.length > 1) return { done: [], open: halvesOf(batch, attempt) };
  const failures = batch.failures + 1;
  const notBeforeMs = rules.nowMs + rules.retryDelayMs(failures);
  return { done: [], open: [{ ...batch, failures, deferrals: 0, notBeforeMs, lastAttempt: attempt }] };
}

function halvesOf({ records }: StreamBatch, attempt: Attempt | undefined): readonly StreamBatch[] {
  const middle = Math.ceil(records.length / 2);
  return [records.slice(0, middle), records.slice(middle)].map((half) => freshBatch(half, attempt));
}

/** Whether a batch has used up its retries. The invocation that closes a window has no end of them. */
export const isExhausted = (
  { failures, records }: StreamBatch,
  { maximumRetryAttempts }: Pick<StreamSettings, 'maximumRetryAttempts'>,
): boolean => maximumRetryAttempts >= 0 && failures > maximumRetryAttempts && records.length > 0;

/** How many records, from the first, have reached the age at which they are not delivered any more. */
export function expiredCount(
  { records }: StreamBatch,
  nowMs: number,
  expiresAtMs: (record: LaneRecord) => number,
): number {
  const fresh = records.findIndex((record) => nowMs < expiresAtMs(record));
  return fresh < 0 ? records.length : fresh;
}
