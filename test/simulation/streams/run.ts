import { MINUTE } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { DeliveryOutcome } from '../../../src/core/target.ts';
import type { Disk } from '../engine/disk.ts';
import { context, REST_DEADLINE_MS, START_MS, turns } from '../engine/life.ts';
import { checkCheckpoints } from './check-checkpoints.ts';
import type { Rules } from './check-delivery.ts';
import { checkEnd, checkHealthyShards } from './check-end.ts';
import { checkFailureRecord } from './check-failure-record.ts';
import { TumblingWindows } from './check-windows.ts';
import { readFailureRecord } from './event.ts';
import { UnreliableFunction } from './function.ts';
import { idsOf, Ledger } from './ledger.ts';
import { type Life, openLife } from './life.ts';
import { createInput } from './mapping-input.ts';
import { recordsOf, type Step, type StreamPlan, TIMESTAMP_BACK_MS } from './plan.ts';
import { RETENTION_MS } from './source.ts';

/** Long enough for every wait between two attempts, every batching window and the close of every tumbling window. */
const CALM_MS = 20 * MINUTE;

/** Ids of what is put last of all, beyond those of any plan. */
const LAST_IDS = 100_000;

/** Plays a plan to its end, or to the first rule that is broken; what happened is in the ledger. */
export async function runStreamPlan(plan: StreamPlan, disk: Disk): Promise<Ledger> {
  const run = new StreamRun(plan, disk);
  try {
    await run.play();
  } catch (error) {
    run.ledger.expect(false, 'no error', () => (error instanceof Error ? String(error.stack) : String(error)));
  } finally {
    await run.close();
  }
  return run.ledger;
}

class StreamRun {
  readonly ledger: Ledger;
  readonly #plan: StreamPlan;
  readonly #disk: Disk;
  readonly #rules: Rules;
  readonly #windows = new TumblingWindows();
  readonly #function: UnreliableFunction;
  #life: Life | undefined;
  #nowMs = START_MS;
  #mapping: string | undefined;
  #enabled = true;
  #refused = 0;
  #putting: Promise<unknown>[] = [];
  #learning: Promise<unknown> = Promise.resolve();

  constructor(plan: StreamPlan, disk: Disk) {
    this.#plan = plan;
    this.#disk = disk;
    this.ledger = new Ledger(() => this.#life?.ground.clock.nowMs() ?? this.#nowMs);
    const sizes = plan.steps.flatMap((step) => (step.do === 'resize' ? [step.batchSize] : []));
    const disturbing = plan.steps.filter((step) => ['crash', 'stop', 'disable', 'enable', 'resize'].includes(step.do));
    this.#rules = {
      mapping: plan.mapping,
      largestBatch: Math.max(plan.mapping.batchSize, ...sizes),
      retentionMs: RETENTION_MS,
      disturbances: disturbing.length,
    };
    this.#function = new UnreliableFunction(plan, this.#rules, this.ledger, this.#windows);
  }

  async play(): Promise<void> {
    const { plan, ledger } = { plan: this.#plan, ledger: this.ledger };
    await this.#open();
    await this.#alive.source.create();
    await this.#learn();
    for (const [index, step] of plan.steps.entries()) {
      if (index >= plan.createAfter && this.#mapping === undefined) await this.#createMapping();
      await this.#perform(step);
      if (ledger.violations.length > 0) return;
    }
    if (this.#mapping === undefined) await this.#createMapping();
    await this.#finish();
    if (ledger.violations.length === 0) await this.#reset();
  }

  async close(): Promise<void> {
    this.#function.heal();
    this.#life?.ground.die();
    this.ledger.life += 1;
    this.#nowMs = this.ledger.nowMs;
    this.#life = undefined;
  }

  get #alive(): Life {
    if (!this.#life) throw new Error('no life has begun');
    return this.#life;
  }

  async #open(): Promise<void> {
    const { ledger } = this;
    const { life } = ledger;
    this.#life = await openLife(
      this.#disk,
      this.#plan,
      { nowMs: this.#nowMs, life },
      {
        invoke: (request) => this.#function.invoke(request, life, () => this.#learn()),
        deliver: async (_arn, { payload }) => {
          await this.#learn();
          if (life !== ledger.life) return await new Promise<never>(() => {});
          return this.#takeFailure(payload);
        },
      },
    );
  }

  #takeFailure(payload: Uint8Array): DeliveryOutcome {
    if (this.#refused < this.#plan.refusals) {
      this.#refused += 1;
      this.ledger.note('OnFailure is refused for the moment');
      return { kind: 'refused', permanent: false, code: 'ServiceUnavailable', message: 'try again' };
    }
    checkFailureRecord(this.ledger, this.#rules, readFailureRecord(payload));
    return { kind: 'accepted' };
  }

  /** One at a time: two readers of one place would take each other's records. */
  #learn(): Promise<void> {
    const life = this.#life;
    const learned = this.#learning.then(() => life?.source.learn(this.ledger));
    this.#learning = learned.catch(() => {});
    return learned;
  }

  async #createMapping(): Promise<void> {
    await this.#settlePuts();
    const { ledger } = this;
    const { start } = this.#plan.mapping;
    const timestampMs = ledger.nowMs - TIMESTAMP_BACK_MS;
    for (const entry of ledger.entries.values()) {
      const before = start === 'LATEST' || (start === 'AT_TIMESTAMP' && entry.sentAtMs < timestampMs);
      if (before) entry.inScope = false;
    }
    const input = createInput(this.#plan.mapping, await this.#alive.source.arn(), timestampMs);
    const { UUID } = await this.#alive.mappings.create(input, context);
    this.#mapping = String(UUID);
    ledger.note(`the mapping is created, from ${start}`);
    // Until it has begun to read, LATEST may miss what is put.
    if (start === 'LATEST') await this.#advance(0);
  }

  async #perform(step: Step): Promise<void> {
    const begun = this.#begin(step);
    if (step.do !== 'advance') {
      await turns(1);
      this.#function.release();
    }
    await begun;
  }

  async #begin(step: Step): Promise<void> {
    const { ledger } = this;
    switch (step.do) {
      case 'put':
        return await this.#put(step);
      case 'advance':
        return await this.#advance(step.byMs);
      case 'split':
      case 'merge':
      case 'rescale': {
        const done = await this.#alive.source.reshard(step);
        ledger.note(`${step.do}${done ? '' : ' is refused'}`);
        return await this.#learn();
      }
      case 'enable':
      case 'disable':
        return await this.#update({ Enabled: step.do === 'enable' });
      case 'resize':
        return await this.#update({ BatchSize: step.batchSize });
      case 'crash':
      case 'stop':
        return await this.#restart(step.do);
    }
  }

  async #put({ records, turns: count }: Extract<Step, { do: 'put' }>): Promise<void> {
    const { ledger } = this;
    const { life } = ledger;
    const entries = records.map((record) => ledger.send(record, record.matches || !this.#plan.mapping.filter));
    ledger.note(`put ${entries.map(({ record }) => `${record.id}(${record.key})`).join(' ')}`);
    const putting = this.#alive.source.put(records, ({ id }, place) => {
      const entry = ledger.entries.get(id);
      if (!entry || life !== ledger.life) return;
      entry.acknowledged = true;
      if (place) entry.place = place;
    });
    this.#putting.push(putting.catch((error) => ledger.expect(false, 'puts are taken', () => String(error))));
    await turns(count);
  }

  async #settlePuts(): Promise<void> {
    await Promise.all(this.#putting.splice(0));
  }

  async #advance(byMs: number): Promise<void> {
    const { ledger } = this;
    await this.#settlePuts();
    const { clock } = this.#alive.ground;
    const advance = () => clock.advance(byMs, { deadlineMs: REST_DEADLINE_MS });
    const { stillRunning } = await this.#function.withoutHolding(advance);
    ledger.expect(stillRunning.length === 0, 'comes to rest', () => stillRunning.join(', '));
    await this.#learn();
    if (this.#mapping === undefined || ledger.violations.length > 0) return;
    const { ground, source } = this.#alive;
    await checkCheckpoints(ledger, this.#rules, { registry: ground.registry, source, mapping: this.#mapping });
  }

  /** Another change may still be under way: then this one is left out. */
  async #update(change: { readonly Enabled?: boolean; readonly BatchSize?: number }): Promise<void> {
    if (this.#mapping === undefined) return;
    try {
      await this.#alive.mappings.update({ UUID: this.#mapping, ...change }, context);
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'ResourceInUseException') return;
      throw error;
    }
    this.#enabled = change.Enabled ?? this.#enabled;
    this.ledger.note(`the mapping is changed: ${JSON.stringify(change)}`);
  }

  async #restart(how: 'crash' | 'stop'): Promise<void> {
    const { ledger } = this;
    const { ground } = this.#alive;
    this.#nowMs = ground.clock.nowMs();
    if (how === 'crash') {
      ground.die();
      ledger.crashed.add(ledger.life);
      this.#putting = [];
    } else {
      await this.#settlePuts();
      await this.#function.withoutHolding(() => this.#alive.stop());
    }
    ledger.life += 1;
    ledger.note(`${how} and start`);
    this.#learning = Promise.resolve();
    await this.#open();
  }

  /** What is healthy is done by now; then everything is. */
  async #finish(): Promise<void> {
    const { ledger } = this;
    if (!this.#enabled) await this.#update({ Enabled: true });
    await this.#advance(CALM_MS);
    checkHealthyShards(ledger, this.#rules);
    this.#function.heal();
    ledger.note('the function is healed');
    await this.#advance(CALM_MS);
    if (ledger.violations.length === 0) checkEnd(ledger, this.#rules, this.#windows);
  }

  /** After a reset amid deliveries nothing is delivered, whatever is put, and nothing is kept of the mapping. */
  async #reset(): Promise<void> {
    const { ledger } = this;
    const { mappings, source, ground } = this.#alive;
    const last = recordsOf(this.#plan).slice(0, 5);
    const again = last.map((record, index) => ({ ...record, id: LAST_IDS + index }));
    await this.#put({ do: 'put', records: again, turns: this.#plan.seed % 5 });
    await mappings.reset();
    ledger.note('the mapping is reset');
    await this.#settlePuts();
    await source.reset();
    const before = ledger.deliveries.size;
    await source.create();
    const [record] = recordsOf(this.#plan);
    if (record) await source.put([record], () => {});
    const { stillRunning } = await ground.clock.advance(CALM_MS, { deadlineMs: REST_DEADLINE_MS });
    ledger.expect(stillRunning.length === 0, 'comes to rest', () => stillRunning.join(', '));
    const late = [...ledger.deliveries.values()].slice(before);
    ledger.expect(late.length === 0, 'reset', () => `[${idsOf(late.flatMap(({ entries }) => entries))}] came after it`);
    const kept = await ground.registry.list('lambda-');
    ledger.expect(kept.length === 0, 'reset', () => `${kept.map(({ key }) => key).join(', ')} is still there`);
  }
}
