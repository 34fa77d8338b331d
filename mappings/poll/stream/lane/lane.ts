import type { Due } from '../../../../src/core/activity.ts';
import type { Place } from '../../turns.ts';
import type { LaneCheckpoint } from '../checkpoint/shard-checkpoint.ts';
import { attemptBatch, giveUp, type LaneParts } from './attempt.ts';
import { LaneHolding } from './lane-holding.ts';
import type { LaneShard } from './lane-shard.ts';
import { type LaneStep, nextStep } from './lane-step.ts';
import { freshBatch, type LaneRecord, nextBatches, type StreamBatch } from './stream-batch.ts';
import { openWindow, withState } from './tumbling-window.ts';

/**
 * One lane of a shard: delivers the records of its keys in order, one batch at a time, a {@link LaneStep} after the other.
 */
export class Lane {
  readonly #parts: LaneParts;
  readonly #shard: LaneShard;
  readonly #held: LaneHolding;
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
    this.#held = new LaneHolding(shard.format.envelopeBytes, from);
  }

  /** Whether it must see further records before it can go on: they are read however much waits already. */
  get isRestoring(): boolean {
    const last = this.#held.restored.at(-1);
    return last !== undefined && !this.#held.hasSeen(last);
  }

  /** What it holds and has not settled. */
  get load(): { readonly records: number; readonly bytes: number } {
    return this.#held.load;
  }

  /** Whether a record was settled before this runner took the shard. */
  hasSettled(sequenceNumber: string): boolean {
    return this.#held.hasSettled(sequenceNumber);
  }

  /** Takes a record of its keys, or learns of one that is not delivered. */
  offer(sequenceNumber: string, record: LaneRecord | undefined): void {
    this.#held.offer(sequenceNumber, record);
    if (record) this.#openBatchingWindow();
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
      if (this.#hasLost) {
        this.#hasLost = false;
        this.#held.dropLost();
      }
      const step = this.#nextStep();
      if (step.kind === 'wait' || step.kind === 'give-up' || step.kind === 'finished') this.#leavePlace();
      if (step.kind === 'finished') return;
      if (step.kind === 'wait') await this.#pause(step);
      else await this.#perform(step);
    }
    this.#leavePlace();
  }

  /** What must survive; `undefined` when that is nothing beyond the shard's position. */
  checkpoint(): LaneCheckpoint {
    return this.#held.checkpoint();
  }

  #nextStep(): LaneStep {
    const { clock, turns } = this.#parts;
    const hasTurn = this.#place !== undefined || turns.free;
    return nextStep(this.#held, this.#shard, { nowMs: clock.nowMs(), pausedUntilMs: this.#pausedUntilMs, hasTurn });
  }

  async #perform(step: Exclude<LaneStep, { kind: 'finished' | 'wait' }>): Promise<void> {
    switch (step.kind) {
      case 'open':
        return this.#held.begin(step.count);
      case 'restore':
        return this.#held.restore(step.count);
      case 'close-window':
        return this.#held.begin(0);
      case 'deliver':
        return await this.#busily(() => this.#deliver(step.batch));
      case 'give-up':
        return await this.#busily(() => this.#giveUp(step));
    }
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
      this.#held.window ??= openWindow(first, tumblingWindowSeconds * 1000);
    this.#place ??= this.#parts.turns.take();
    const { verdict, state, rules } = await attemptBatch(this.#parts, this.#shard, batch, this.#held.window);
    if (!this.#place.mayGoOn()) this.#place = undefined;
    this.#previousEndMs = this.#parts.clock.nowMs();
    const { done, open } = nextBatches(batch, verdict, rules);
    if (this.#held.window && state !== undefined) {
      this.#held.window = batch.records.length === 0 ? undefined : withState(this.#held.window, state);
    }
    const closing = this.#held.window?.terminatedEarly && batch.records.length > 0 ? [freshBatch([])] : [];
    this.#held.open = [...closing, ...open, ...this.#held.open.slice(1)];
    await this.#settle(done);
  }

  async #giveUp({ batch, count, condition }: Extract<LaneStep, { kind: 'give-up' }>): Promise<void> {
    // A state that fits into no event: its window ends without a last word.
    if (batch.records.length === 0) this.#held.window = undefined;
    const records = batch.records.slice(0, count);
    const told =
      count === 0 ||
      (await giveUp(this.#parts, this.#shard, { ...batch, records }, { condition, window: this.#held.window }));
    if (!told) {
      this.#pausedUntilMs = this.#parts.clock.nowMs() + this.#parts.timing.mappingThrottleFirstDelayMs;
      return;
    }
    const left = batch.records.slice(count);
    this.#held.open = [...(left.length > 0 ? [{ ...batch, records: left }] : []), ...this.#held.open.slice(1)];
    await this.#settle(records);
  }

  /** Resolves when it is kept: nothing more is delivered before. */
  async #settle(records: readonly LaneRecord[]): Promise<void> {
    this.#held.settle(records);
    await this.#shard.settle(records);
  }

  #openBatchingWindow(): void {
    const { windowSeconds } = this.#shard.mapping.settings;
    if (windowSeconds === 0 || this.#held.line.length === 0 || this.#held.open.length > 0) return;
    this.#held.batchingEndMs ??= this.#shard.batchingEndMs(this.#previousEndMs);
  }

  #pause({ untilMs, forTurn }: Extract<LaneStep, { kind: 'wait' }>): Promise<void> {
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
    const step = this.#nextStep();
    if (step.kind === 'finished') return { dueNow: 0 };
    return step.kind === 'wait'
      ? { dueNow: 0, nextDueAtMs: step.untilMs }
      : { dueNow: Math.max(1, this.#held.line.length) };
  }
}
