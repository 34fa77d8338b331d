import type { Activity } from '../../../src/core/activity.ts';
import { type Clock, SECOND } from '../../../src/core/clock.ts';
import { oneAtATime } from '../../../src/core/waiting/one-at-a-time.ts';
import type { MappingKind, MappingRunner } from './mapping-kind.ts';
import { isPassing, type MappingRecord } from './mapping-record.ts';

/** What the life of a mapping needs. */
export interface LifeParts {
  readonly clock: Clock;
  readonly activity: Activity;
  readonly kind: MappingKind;
  /** Stores that a passing state is over, unless another process has. */
  readonly settle: (record: MappingRecord) => Promise<void>;
  /** Stores what became of a batch. */
  readonly keepResult: (record: MappingRecord, result: string) => Promise<void>;
}

/** How long to wait when the end of a passing state could not be stored. */
const SETTLE_AGAIN_MS = SECOND;

/** One mapping in this process: its record as it was stored last, and the runner that takes for it while it is enabled. */
export class MappingLife {
  /** What is done to it, one after the other. */
  readonly turn = oneAtATime();
  readonly #parts: LifeParts;
  readonly #draining = new Set<MappingRunner>();
  #record: MappingRecord;
  /** What was reported last, stored or on its way. */
  #lastResult: string | undefined;
  #running: { readonly runner: MappingRunner; readonly revision: number | undefined } | undefined;
  #timer: Disposable | undefined;
  #closed = false;

  constructor(record: MappingRecord, parts: LifeParts) {
    this.#record = record;
    this.#parts = parts;
  }

  get record(): MappingRecord {
    return this.#record;
  }

  /** Goes by a record that was stored, by whichever process; resolves when, enabled, it is not missing anything any more. */
  async become(record: MappingRecord): Promise<void> {
    if (this.#closed) return;
    const before = this.#record;
    this.#record = record;
    this.#lastResult = record.lastResult;
    this.#settleInTime();
    const { state, revision } = record;
    // What was enabled stops to poll at once; its batches in flight go on.
    if (state !== 'Enabled' || this.#running?.revision !== revision) await this.#stopRunner();
    if (state !== 'Enabled') return;
    this.#running ??= { revision, runner: this.#parts.kind.run(record, (result) => this.#processed(result)) };
    if (record.moves !== before.moves) this.#running.runner.checkpointsMoved?.();
    await this.#running.runner.ready;
  }

  /** Stops polling for good; resolves when it has. */
  async stop(): Promise<void> {
    this.#closed = true;
    this.#timer?.[Symbol.dispose]();
    await this.#stopRunner();
  }

  /** Resolves when the batches in flight are settled. */
  async drained(): Promise<void> {
    await Promise.all([...this.#draining].map((runner) => runner.drained()));
  }

  /** In a passing state, sees to its end; the record may have been stored long ago, by a process that has died. */
  #settleInTime(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    if (!isPassing(this.#record)) return;
    const delayMs = (this.#record.settlesAtMs ?? 0) - this.#parts.clock.nowMs();
    if (delayMs > 0) this.#settleAfter(delayMs);
    else this.#settle(this.#record);
  }

  #settleAfter(delayMs: number): void {
    const record = this.#record;
    this.#timer = this.#parts.clock.setTimer(delayMs, () => this.#settle(record));
  }

  #settle(record: MappingRecord): void {
    const { activity, settle } = this.#parts;
    void activity
      .during('a mapping changes state', () => settle(record))
      .catch(() => {
        if (!this.#closed && this.#record === record) this.#settleAfter(SETTLE_AGAIN_MS);
      });
  }

  /** Nobody waits for it: a lost word about the last batch harms nobody. */
  #processed(result: string): void {
    if (this.#lastResult === result) return;
    this.#lastResult = result;
    const { activity, keepResult } = this.#parts;
    void activity.during('keeping a result', () => keepResult(this.#record, result)).catch(() => {});
  }

  async #stopRunner(): Promise<void> {
    const runner = this.#running?.runner;
    this.#running = undefined;
    if (!runner) return;
    this.#draining.add(runner);
    void runner.drained().then(() => this.#draining.delete(runner));
    await runner.stop();
  }
}
