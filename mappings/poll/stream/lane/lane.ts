import type { Due } from '../../../../src/core/activity.ts';
import type { Place } from '../../turns.ts';
import { compareSequence, type LaneCheckpoint, type OpenBatch } from '../checkpoint/shard-checkpoint.ts';
import type { FailureCondition } from '../failure/failure-record.ts';
import { attemptBatch, giveUp, type LaneParts } from './attempt.ts';
import { LaneLine } from './lane-line.ts';
import type { LaneShard } from './lane-shard.ts';
import {
  expiredCount,
  freshBatch,
  isExhausted,
  isHeld,
  type LaneRecord,
  nextBatches,
  type StreamBatch,
} from './stream-batch.ts';
import { isWithin, type OpenWindow, openWindow, withState } from './tumbling-window.ts';

/**
 * One lane of a shard: delivers the records of its keys in order, one batch at a time. What it does next follows from what
 * it holds and the time alone, so it is asked anew after whatever happens: a record, an end of a wait, room on the machine.
 *
 *   open batch       → expired records are given up; exhausted, it is given up; else it is delivered once its wait is over
 *   restored batch   → becomes the open batch again once its records are read
 *   window at its end → an empty batch closes it
 *   waiting records  → become the open batch: at the batch size, 6 MB, the end of the batching or of the tumbling window
 */
type Step =
  | { readonly kind: 'finished' }
  | { readonly kind: 'wait'; readonly untilMs?: number | undefined; readonly forTurn?: boolean }
  | { readonly kind: 'open'; readonly count: number }
  | { readonly kind: 'restore'; readonly count: number; readonly batch: OpenBatch }
  | { readonly kind: 'close-window' }
  | { readonly kind: 'deliver'; readonly batch: StreamBatch }
  | {
      readonly kind: 'give-up';
      readonly batch: StreamBatch;
      readonly count: number;
      readonly condition: FailureCondition;
    };

/** See {@link Step}. */
export class Lane {
  readonly #parts: LaneParts;
  readonly #shard: LaneShard;
  readonly #line: LaneLine;
  readonly #restored: OpenBatch[];
  #open: readonly StreamBatch[] = [];
  #window: OpenWindow | undefined;
  #settledTo: string | undefined;
  #seenTo: string | undefined;
  #batchingEndMs: number | undefined;
  #previousEndMs: number | undefined;
  /** A destination could not take what was given up. */
  #pausedUntilMs = 0;
  #busy = false;
  /** Some of what it holds may be another's now. */
  #hasLost = false;
  #place: Place | undefined;
  #wake = () => {};

  constructor(parts: LaneParts, shard: LaneShard, from: LaneCheckpoint | undefined) {
    this.#parts = parts;
    this.#shard = shard;
    this.#line = new LaneLine(shard.format.envelopeBytes);
    this.#restored = [...(from?.open ?? [])];
    this.#window = from?.window;
    this.#settledTo = from?.settledTo;
  }

  /** Whether it must see further records before it can go on: they are read however much waits already. */
  get isRestoring(): boolean {
    const last = this.#restored.at(-1);
    return last !== undefined && !this.#hasSeen(last);
  }

  /** What it holds and has not settled. */
  get load(): { readonly records: number; readonly bytes: number } {
    let [records, bytes] = [this.#line.length, this.#line.bytes];
    for (const batch of this.#open) {
      records += batch.records.length;
      for (const record of batch.records) bytes += record.bytes;
    }
    return { records, bytes };
  }

  /** Whether a record was settled before this runner took the shard. */
  hasSettled(sequenceNumber: string): boolean {
    return this.#settledTo !== undefined && compareSequence(sequenceNumber, this.#settledTo) <= 0;
  }

  /** Takes a record of its keys, or learns of one that is not delivered. */
  offer(sequenceNumber: string, record: LaneRecord | undefined): void {
    this.#seenTo = sequenceNumber;
    if (!record) return;
    this.#line.add(record);
    this.#openBatchingWindow();
  }

  /** Something happened that it may act on. */
  wake(): void {
    this.#wake();
  }

  /** Some of its records are not held any more: it goes on without them, once what is in flight has ended. */
  drop(): void {
    this.#hasLost = true;
    this.#wake();
  }

  /** Works until the shard stops, or is at its end and everything is settled. */
  async run(): Promise<void> {
    using _probe = this.#parts.activity.probe(() => this.#due());
    while (!this.#shard.stopping) {
      if (this.#hasLost) this.#dropLost();
      const step = this.#nextStep(this.#parts.clock.nowMs());
      if (step.kind === 'wait' || step.kind === 'give-up' || step.kind === 'finished') this.#leavePlace();
      if (step.kind === 'finished') return;
      if (step.kind === 'wait') await this.#pause(step);
      else await this.#perform(step);
    }
    this.#leavePlace();
  }

  /** What must survive; `undefined` when that is nothing beyond the shard's position. */
  checkpoint(): LaneCheckpoint {
    const tried = this.#open.some(({ lastAttempt }) => lastAttempt !== undefined);
    const open = (tried ? this.#open : []).flatMap(({ records, failures, lastAttempt }) => {
      const last = records.at(-1)?.record.event.position.sequenceNumber;
      return last === undefined ? [] : [{ lastSequenceNumber: last, failures, lastAttempt }];
    });
    return { settledTo: this.#settledTo, open: [...open, ...this.#restored], window: this.#window };
  }

  #nextStep(nowMs: number): Step {
    const [open] = this.#open;
    if (open) return this.#stepOf(open, nowMs);
    const [restored] = this.#restored;
    if (restored) return this.#restore(restored);
    if (this.#windowCloses(nowMs)) return { kind: 'close-window' };
    if (this.#line.length > 0) return this.#gather(nowMs);
    if (this.#shard.isRead) return { kind: 'finished' };
    // At its end, a window that may still get records waits for them to be read.
    const endMs = this.#window?.endMs;
    return { kind: 'wait', untilMs: endMs !== undefined && endMs > nowMs ? endMs : undefined };
  }

  #stepOf(batch: StreamBatch, nowMs: number): Step {
    const { settings } = this.#shard.mapping;
    if (nowMs < this.#pausedUntilMs) return { kind: 'wait', untilMs: this.#pausedUntilMs };
    const count = expiredCount(batch, nowMs, (record) => this.#shard.expiresAtMs(record));
    if (count > 0) return { kind: 'give-up', batch, count, condition: 'RecordAgeExceeded' };
    const all = { kind: 'give-up', batch, count: batch.records.length } as const;
    if (batch.tooLarge) return { ...all, condition: 'MaximumPayloadSizeExceeded' };
    if (isExhausted(batch, settings)) return { ...all, condition: 'RetryAttemptsExhausted' };
    if (nowMs < batch.notBeforeMs) {
      const [first] = batch.records;
      const expiresAtMs = first ? this.#shard.expiresAtMs(first) : Number.POSITIVE_INFINITY;
      return { kind: 'wait', untilMs: Math.min(batch.notBeforeMs, expiresAtMs) };
    }
    return this.#place || this.#parts.turns.free ? { kind: 'deliver', batch } : { kind: 'wait', forTurn: true };
  }

  /** A batch that an earlier runner left open has all its records before the lane goes on. */
  #restore(batch: OpenBatch): Step {
    if (!this.#hasSeen(batch) && !this.#shard.isCaughtUp()) return { kind: 'wait' };
    return { kind: 'restore', batch, count: this.#line.countTo(batch.lastSequenceNumber) };
  }

  #hasSeen({ lastSequenceNumber }: OpenBatch): boolean {
    return this.#seenTo !== undefined && compareSequence(this.#seenTo, lastSequenceNumber) >= 0;
  }

  #gather(nowMs: number): Step {
    const { batchSize, windowSeconds, tumblingWindowSeconds } = this.#shard.mapping.settings;
    const window = this.#window;
    const { count, full } = this.#line.nextBatch(batchSize, { lengthMs: tumblingWindowSeconds * 1000, window });
    const endMs = Math.min(this.#batchingEndMs ?? nowMs, window?.endMs ?? Number.POSITIVE_INFINITY);
    const due = full || windowSeconds === 0 || nowMs >= endMs || this.#shard.isRead;
    return due ? { kind: 'open', count } : { kind: 'wait', untilMs: endMs };
  }

  /** A window closes with the first record behind it, at its end on the clock, at the shard's end, or early. */
  #windowCloses(nowMs: number): boolean {
    if (!this.#window) return false;
    if (this.#window.terminatedEarly || this.#shard.mapping.settings.tumblingWindowSeconds === 0) return true;
    const next = this.#line.first;
    if (next) return !isWithin(this.#window, next.record.event.occurredAtMs);
    return this.#shard.isRead || (nowMs >= this.#window.endMs && this.#shard.isCaughtUp());
  }

  async #perform(step: Exclude<Step, { kind: 'finished' | 'wait' }>): Promise<void> {
    switch (step.kind) {
      case 'open':
        return this.#begin([freshBatch(this.#line.take(step.count))]);
      case 'restore':
        return this.#begin(this.#restoredBatch(step));
      case 'close-window':
        return this.#begin([freshBatch([])]);
      case 'deliver':
        return await this.#busily(() => this.#deliver(step.batch));
      case 'give-up':
        return await this.#busily(() => this.#giveUp(step));
    }
  }

  #begin(open: readonly StreamBatch[]): void {
    this.#open = open;
    this.#batchingEndMs = undefined;
  }

  #dropLost(): void {
    this.#hasLost = false;
    this.#line.dropLost();
    const left = this.#open.map((batch) => ({ ...batch, records: batch.records.filter(isHeld) }));
    this.#open = left.filter(({ records }, index) => records.length > 0 || this.#open[index]?.records.length === 0);
    if (this.#line.length === 0) this.#batchingEndMs = undefined;
  }

  #restoredBatch({ batch, count }: Extract<Step, { kind: 'restore' }>): readonly StreamBatch[] {
    this.#restored.shift();
    const records = this.#line.take(count);
    return records.length > 0 ? [{ ...freshBatch(records, batch.lastAttempt), failures: batch.failures }] : [];
  }

  async #busily(work: () => Promise<void>): Promise<void> {
    using _token = this.#parts.activity.begin(`batch of mapping ${this.#shard.mapping.uuid}`);
    this.#busy = true;
    try {
      await work();
    } finally {
      this.#busy = false;
    }
    this.#openBatchingWindow();
  }

  async #deliver(batch: StreamBatch): Promise<void> {
    const { tumblingWindowSeconds } = this.#shard.mapping.settings;
    const first = batch.records[0]?.record.event.occurredAtMs;
    if (tumblingWindowSeconds > 0 && first !== undefined)
      this.#window ??= openWindow(first, tumblingWindowSeconds * 1000);
    this.#place ??= this.#parts.turns.take();
    const { verdict, state, rules } = await attemptBatch(this.#parts, this.#shard, batch, this.#window);
    if (!this.#place.mayGoOn()) this.#place = undefined;
    this.#previousEndMs = this.#parts.clock.nowMs();
    const { done, open } = nextBatches(batch, verdict, rules);
    if (this.#window && state !== undefined) {
      this.#window = batch.records.length === 0 ? undefined : withState(this.#window, state);
    }
    const closing = this.#window?.terminatedEarly && batch.records.length > 0 ? [freshBatch([])] : [];
    this.#open = [...closing, ...open, ...this.#open.slice(1)];
    await this.#settle(done);
  }

  async #giveUp({ batch, count, condition }: Extract<Step, { kind: 'give-up' }>): Promise<void> {
    // A state that fits into no event: its window ends without a last word.
    if (batch.records.length === 0) this.#window = undefined;
    const records = batch.records.slice(0, count);
    const told =
      count === 0 ||
      (await giveUp(this.#parts, this.#shard, { ...batch, records }, { condition, window: this.#window }));
    if (!told) {
      this.#pausedUntilMs = this.#parts.clock.nowMs() + this.#parts.timing.mappingThrottleFirstDelayMs;
      return;
    }
    const left = batch.records.slice(count);
    this.#open = [...(left.length > 0 ? [{ ...batch, records: left }] : []), ...this.#open.slice(1)];
    await this.#settle(records);
  }

  /** Resolves when it is kept: nothing more is delivered before. */
  async #settle(records: readonly LaneRecord[]): Promise<void> {
    const last = records.at(-1);
    if (last) this.#settledTo = last.record.event.position.sequenceNumber;
    await this.#shard.settle(records);
  }

  #openBatchingWindow(): void {
    const { windowSeconds } = this.#shard.mapping.settings;
    if (windowSeconds === 0 || this.#line.length === 0 || this.#open.length > 0) return;
    this.#batchingEndMs ??= this.#shard.batchingEndMs(this.#previousEndMs);
  }

  #pause({ untilMs, forTurn }: Extract<Step, { kind: 'wait' }>): Promise<void> {
    const { clock, turns } = this.#parts;
    return new Promise((resolve) => {
      const wake = () => {
        timer?.[Symbol.dispose]();
        turn?.[Symbol.dispose]();
        this.#wake = () => {};
        resolve();
      };
      const given = (place: Place) => {
        this.#place = place;
        wake();
      };
      const timer = untilMs === undefined ? undefined : clock.setTimer(Math.max(0, untilMs - clock.nowMs()), wake);
      const turn = forTurn ? turns.wait(given) : undefined;
      this.#wake = wake;
    });
  }

  #leavePlace(): void {
    this.#place?.[Symbol.dispose]();
    this.#place = undefined;
  }

  /** What it could do at this instant; while it works a token stands for it. */
  #due(): Due {
    if (this.#busy || this.#shard.stopping) return { dueNow: 0 };
    const step = this.#nextStep(this.#parts.clock.nowMs());
    if (step.kind === 'finished') return { dueNow: 0 };
    return step.kind === 'wait' ? { dueNow: 0, nextDueAtMs: step.untilMs } : { dueNow: Math.max(1, this.#line.length) };
  }
}
