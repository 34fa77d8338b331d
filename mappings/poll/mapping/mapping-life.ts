import type { Activity } from '../../../src/core/activity.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { Journal } from '../../../src/core/journal.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import type { MappingKind, MappingRunner } from './mapping-kind.ts';
import type { MappingRecord, MappingState } from './mapping-record.ts';
import { mappingKey, settledState } from './mapping-record.ts';

/** What the life of a mapping needs. */
export interface LifeParts {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly journal: Journal;
  /** How long a passing state lasts. */
  readonly stateDelayMs: number;
  readonly kind: MappingKind;
  /** Called when a mapping is gone; `forgotten` resolves when nothing is left of it. */
  readonly gone: (uuid: string, forgotten: Promise<void>) => void;
}

/** One mapping: its stored record, its passing states, and the runner that takes for it while it is enabled. */
export class MappingLife {
  readonly #parts: LifeParts;
  readonly #draining = new Set<MappingRunner>();
  #record: MappingRecord;
  #runner: MappingRunner | undefined;
  #timer: Disposable | undefined;
  #closed = false;

  constructor(record: MappingRecord, parts: LifeParts) {
    this.#record = record;
    this.#parts = parts;
  }

  get record(): MappingRecord {
    return this.#record;
  }

  /** Goes on where an earlier process stopped: a passing state is over. */
  async resume(): Promise<void> {
    await this.#settle();
  }

  /**
   * Stores the record in a passing state and sets off what leads out of it. Resolves with the record as it was stored;
   * without a delay it may have passed by then.
   */
  async pass(record: MappingRecord, through: MappingState): Promise<MappingRecord> {
    const passing = { ...record, state: through };
    this.#record = passing;
    // What was enabled stops to poll at once; its batches in flight go on.
    const stopped = this.#stopRunner();
    if (this.#parts.stateDelayMs === 0) {
      await stopped;
      await this.#settle();
      return passing;
    }
    await this.#parts.registry.put(mappingKey(passing), passing);
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#parts.clock.setTimer(this.#parts.stateDelayMs, () => {
      void this.#parts.activity.during('a mapping changes state', () => this.#settle());
    });
    return passing;
  }

  /** Stores a record that is in a state to stay, e.g. with other tags; enabled, it is not missing anything from then on. */
  async keep(record: MappingRecord): Promise<void> {
    this.#record = record;
    await this.#parts.registry.put(mappingKey(record), record);
    await this.#follow();
  }

  /** Stops polling for good, without a change of state; resolves when batches in flight are settled. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.[Symbol.dispose]();
    await this.#stopRunner();
    await this.#drained();
  }

  async #settle(): Promise<void> {
    if (this.#closed) return;
    const state = settledState(this.#record);
    if (state === undefined) {
      await this.#parts.registry.remove(mappingKey(this.#record));
      this.#parts.gone(this.#record.uuid, this.#forget());
      this.#note('is deleted');
      return;
    }
    await this.keep({ ...this.#record, state });
    this.#note(`is ${state}`);
  }

  #note(what: string): void {
    const { uuid, sourceArn, functionArn } = this.#record;
    this.#parts.journal.append({
      kind: 'decision',
      what: `Mapping of ${sourceArn} to ${functionArn} ${what}`,
      mapping: uuid,
      arn: sourceArn,
    });
  }

  async #follow(): Promise<void> {
    if (this.#record.state !== 'Enabled' || this.#closed) return;
    this.#runner ??= this.#parts.kind.run(this.#record, (result) => this.#processed(result));
    await this.#runner.ready;
  }

  /** Nobody waits for it: a lost word about the last batch harms nobody. */
  #processed(lastResult: string): void {
    if (this.#record.lastResult === lastResult || this.#record.state === 'Deleting') return;
    this.#record = { ...this.#record, lastResult };
    const { registry, activity } = this.#parts;
    void activity
      .during('keeping a result', () => registry.put(mappingKey(this.#record), this.#record))
      .catch(() => {});
  }

  #forget(): Promise<void> {
    return this.#parts.activity.during('forgetting a mapping', async () => {
      await this.#drained();
      await this.#parts.kind.forget(this.#record.uuid);
    });
  }

  async #drained(): Promise<void> {
    await Promise.all([...this.#draining].map((runner) => runner.drained()));
  }

  async #stopRunner(): Promise<void> {
    const runner = this.#runner;
    this.#runner = undefined;
    if (!runner) return;
    this.#draining.add(runner);
    void runner.drained().then(() => this.#draining.delete(runner));
    await runner.stop();
  }
}
