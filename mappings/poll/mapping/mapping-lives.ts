import type { Arn } from '../../../src/core/arn.ts';
import { BackendUnavailable } from '../../../src/core/errors.ts';
import type { Journal } from '../../../src/core/journal.ts';
import type { MappingKind } from './mapping-kind.ts';
import { type LifeParts, MappingLife } from './mapping-life.ts';
import { isPassing, type MappingName, type MappingRecord, settledState } from './mapping-record.ts';
import type { MappingStore } from './mapping-store.ts';

/** What running the stored mappings needs. */
export interface LivesParts extends Pick<LifeParts, 'clock' | 'activity'> {
  readonly store: MappingStore;
  readonly journal: Journal;
  readonly kindOf: (sourceArn: Arn) => MappingKind;
}

/**
 * The mappings as this process runs them. What is stored rules: whoever changes a mapping stores it, and every process,
 * also the one that did it, reads it again and goes by it.
 */
export class MappingLives {
  readonly #parts: LivesParts;
  readonly #lives = new Map<string, MappingLife>();
  readonly #leaving = new Set<Promise<void>>();
  #watching: Disposable | undefined;
  #closed = false;

  constructor(parts: LivesParts) {
    this.#parts = parts;
  }

  /** All mappings, as far as this process knows at this instant. */
  get records(): readonly MappingRecord[] {
    return [...this.#lives.values()].map(({ record }) => record);
  }

  /** The mapping of that UUID, as far as this process knows at this instant. */
  record(uuid: string): MappingRecord | undefined {
    return this.#lives.get(uuid)?.record;
  }

  /** Runs what is stored, and from now on what any process stores. */
  async start(): Promise<void> {
    this.#watching ??= this.#parts.store.watch((name) => void this.#heard(name).catch(() => {}));
    await this.#followAll();
  }

  /** Goes by what is stored of the mapping now; resolves when it does. */
  follow(name: MappingName): Promise<void> {
    const life = this.#lives.get(name.uuid);
    if (life) return this.#turn(life, () => this.#look(name, life));
    return this.#parts.activity.during('following a mapping', async () => {
      const record = await this.#parts.store.find(name);
      // Another call may have been faster.
      if (record && !this.#closed) await this.#enter(record);
    });
  }

  /** Stores that the end of a passing state was reached, and goes by it. */
  async settle(record: MappingRecord): Promise<void> {
    const { store } = this.#parts;
    let done = false;
    const now = await store.change(record, (current) => {
      const state = settledState(current);
      done = isPassing(current) && current.revision === record.revision;
      return done && state ? { ...current, state, settlesAtMs: undefined } : current;
    });
    if (done && now?.state === 'Deleting') await store.remove(record);
    if (done) this.note(record, now?.state === 'Deleting' ? 'is deleted' : `is ${now?.state}`);
    await this.follow(record);
  }

  /** Resolves when nothing is left of mappings that are gone. */
  async forgotten(): Promise<void> {
    await Promise.all(this.#leaving);
  }

  /** Stops all without a change of state; resolves when their batches in flight are settled. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#watching?.[Symbol.dispose]();
    const stopping = [...this.#lives.values()].map(async (life) => {
      await life.stop();
      await life.drained();
    });
    await Promise.all([...stopping, ...this.#leaving]);
  }

  note({ uuid, sourceArn, functionArn }: MappingRecord, what: string): void {
    const sentence = `Mapping of ${sourceArn} to ${functionArn} ${what}`;
    this.#parts.journal.append({ kind: 'decision', what: sentence, mapping: uuid, arn: sourceArn });
  }

  async #heard(name: MappingName | undefined): Promise<void> {
    if (name) await this.follow(name);
    else await this.#followAll();
  }

  async #followAll(): Promise<void> {
    await this.#parts.activity.during('following mappings', async () => {
      const stored = await this.#parts.store.list();
      const names = new Map([...this.records, ...stored].map((record) => [record.uuid, record]));
      await Promise.all([...names.values()].map((record) => this.follow(record)));
    });
  }

  #enter(record: MappingRecord): Promise<void> {
    const known = this.#lives.get(record.uuid);
    if (known) return this.#turn(known, () => this.#look(record, known));
    const { clock, activity, store, kindOf } = this.#parts;
    const life = new MappingLife(record, {
      ...{ clock, activity, kind: kindOf(record.sourceArn) },
      settle: (settled) => this.settle(settled),
      keepResult: async (of, lastResult) => {
        await store.change(of, (now) => (isKept(now, lastResult) ? now : { ...now, lastResult }));
      },
    });
    this.#lives.set(record.uuid, life);
    return this.#turn(life, () => life.become(record));
  }

  #turn(life: MappingLife, work: () => Promise<void>): Promise<void> {
    return this.#parts.activity.during('following a mapping', () => life.turn(work));
  }

  async #look(name: MappingName, life: MappingLife): Promise<void> {
    const record = await this.#parts.store.find(name);
    if (record) return await life.become(record);
    if (this.#lives.get(name.uuid) !== life) return;
    this.#lives.delete(name.uuid);
    await life.stop();
    const forgotten = this.#forget(life);
    this.#leaving.add(forgotten);
    void forgotten.then(() => this.#leaving.delete(forgotten));
  }

  /** Each process forgets: whichever is last leaves nothing behind. */
  async #forget(life: MappingLife): Promise<void> {
    const { uuid, sourceArn } = life.record;
    const forget = async () => {
      await life.drained();
      await this.#parts.kindOf(sourceArn).forget(uuid);
    };
    await this.#parts.activity.during('forgetting a mapping', forget).catch((error: unknown) => {
      this.note(life.record, `could not be forgotten: ${String(error)}`);
    });
  }
}

/** A mapping that is being deleted has no results any more. */
const isKept = ({ state, lastResult }: MappingRecord, result: string) => state === 'Deleting' || lastResult === result;

/** What is known of a mapping while it cannot be asked for, with why it does nothing. */
export function whileAway(record: MappingRecord, error: unknown): MappingRecord {
  if (error instanceof BackendUnavailable) return { ...record, lastResult: `PROBLEM: ${error.message}` };
  throw error;
}
