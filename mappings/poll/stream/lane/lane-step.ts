import type { OpenBatch } from '../checkpoint/shard-checkpoint.ts';
import type { FailureCondition } from '../failure/failure-record.ts';
import type { LaneHolding } from './lane-holding.ts';
import type { LaneShard } from './lane-shard.ts';
import { expiredCount, isExhausted, type StreamBatch } from './stream-batch.ts';
import { isWithin } from './tumbling-window.ts';

/**
 * What a lane does next. It follows from what the lane holds and the time alone, so it is asked anew after whatever
 * happens: a record, an end of a wait, room on the machine.
 *
 *   open batch       → expired records are given up; exhausted, it is given up; else it is delivered once its wait is over
 *   restored batch   → becomes the open batch again once its records are read
 *   window at its end → an empty batch closes it
 *   waiting records  → become the open batch: at the batch size, 6 MB, the end of the batching or of the tumbling window
 */
export type LaneStep =
  | { readonly kind: 'finished' }
  | { readonly kind: 'wait'; readonly untilMs?: number | undefined; readonly forTurn?: boolean }
  | { readonly kind: 'open'; readonly count: number }
  | { readonly kind: 'restore'; readonly count: number }
  | { readonly kind: 'close-window' }
  | { readonly kind: 'deliver'; readonly batch: StreamBatch }
  | {
      readonly kind: 'give-up';
      readonly batch: StreamBatch;
      readonly count: number;
      readonly condition: FailureCondition;
    };

/** When a step is taken, and what stands in its way. */
export interface LaneMoment {
  readonly nowMs: number;
  /** Since a destination could not take what was given up. */
  readonly pausedUntilMs: number;
  /** Whether a batch could be delivered without waiting for a turn. */
  readonly hasTurn: boolean;
}

/** Says what a lane of this shard does next. */
export function nextStep(held: LaneHolding, shard: LaneShard, moment: LaneMoment): LaneStep {
  const { nowMs } = moment;
  const [open] = held.open;
  if (open) return stepOf(open, shard, moment);
  const [restored] = held.restored;
  if (restored) return restore(restored, held, shard);
  if (windowCloses(held, shard, nowMs)) return { kind: 'close-window' };
  if (held.line.length > 0) return gather(held, shard, nowMs);
  if (shard.isRead) return { kind: 'finished' };
  // At its end, a window that may still get records waits for them to be read.
  const endMs = held.window?.endMs;
  return { kind: 'wait', untilMs: endMs !== undefined && endMs > nowMs ? endMs : undefined };
}

function stepOf(batch: StreamBatch, shard: LaneShard, { nowMs, pausedUntilMs, hasTurn }: LaneMoment): LaneStep {
  if (nowMs < pausedUntilMs) return { kind: 'wait', untilMs: pausedUntilMs };
  const count = expiredCount(batch, nowMs, (record) => shard.expiresAtMs(record));
  if (count > 0) return { kind: 'give-up', batch, count, condition: 'RecordAgeExceeded' };
  const all = { kind: 'give-up', batch, count: batch.records.length } as const;
  if (batch.tooLarge) return { ...all, condition: 'MaximumPayloadSizeExceeded' };
  if (isExhausted(batch, shard.mapping.settings)) return { ...all, condition: 'RetryAttemptsExhausted' };
  if (nowMs < batch.notBeforeMs) {
    const [first] = batch.records;
    const expiresAtMs = first ? shard.expiresAtMs(first) : Number.POSITIVE_INFINITY;
    return { kind: 'wait', untilMs: Math.min(batch.notBeforeMs, expiresAtMs) };
  }
  return hasTurn ? { kind: 'deliver', batch } : { kind: 'wait', forTurn: true };
}

/** A batch that an earlier runner left open has all its records before the lane goes on. */
function restore(batch: OpenBatch, held: LaneHolding, shard: LaneShard): LaneStep {
  if (!held.hasSeen(batch) && !shard.isCaughtUp()) return { kind: 'wait' };
  return { kind: 'restore', count: held.line.countTo(batch.lastSequenceNumber) };
}

function gather({ line, window, batchingEndMs }: LaneHolding, shard: LaneShard, nowMs: number): LaneStep {
  const { batchSize, windowSeconds, tumblingWindowSeconds } = shard.mapping.settings;
  const { count, full } = line.nextBatch(batchSize, { lengthMs: tumblingWindowSeconds * 1000, window });
  const endMs = Math.min(batchingEndMs ?? nowMs, window?.endMs ?? Number.POSITIVE_INFINITY);
  const due = full || windowSeconds === 0 || nowMs >= endMs || shard.isRead;
  return due ? { kind: 'open', count } : { kind: 'wait', untilMs: endMs };
}

/** A window closes with the first record behind it, at its end on the clock, at the shard's end, or early. */
function windowCloses({ window, line }: LaneHolding, shard: LaneShard, nowMs: number): boolean {
  if (!window) return false;
  if (window.terminatedEarly || shard.mapping.settings.tumblingWindowSeconds === 0) return true;
  const next = line.first;
  if (next) return !isWithin(window, next.record.event.occurredAtMs);
  return shard.isRead || (nowMs >= window.endMs && shard.isCaughtUp());
}
