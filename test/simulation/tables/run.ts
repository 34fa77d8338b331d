import type { Disk } from '../engine/disk.ts';
import { REST_DEADLINE_MS, START_MS, turns } from '../engine/life.ts';
import type { Happening, RunResult, Violation } from '../engine/simulation.ts';
import { checkQuery, scan } from './check-reads.ts';
import { createTable, type Life, openLife } from './life.ts';
import { keyOf, type Model, modelText, withoutExpired } from './model.ts';
import type { TablePlan, TableStep } from './plan.ts';
import { requestText } from './plan-text.ts';
import { checkReplay } from './replay.ts';
import { type Answer, send } from './send.ts';
import { isExplained, type Sent } from './serialization.ts';

/** Plays a plan to its end, or to the first rule that is broken. */
export async function runTablePlan(plan: TablePlan, disk: Disk): Promise<RunResult> {
  const run = new TableRun(plan, disk);
  try {
    await run.play();
  } catch (error) {
    run.expect('no error', error instanceof Error ? String(error.stack) : String(error));
  } finally {
    run.close();
  }
  return { violations: run.violations, happenings: run.happenings, size: run.requests };
}

class TableRun {
  readonly violations: Violation[] = [];
  readonly happenings: Happening[] = [];
  requests = 0;
  readonly #plan: TablePlan;
  readonly #disk: Disk;
  #life: Life | undefined;
  #lives = 0;
  #nowMs = START_MS;
  #model: Model = new Map();

  constructor(plan: TablePlan, disk: Disk) {
    this.#plan = plan;
    this.#disk = disk;
  }

  async play(): Promise<void> {
    const life = await this.#open();
    await createTable(life);
    for (const step of this.#plan.steps) {
      await this.#perform(step);
      if (this.violations.length > 0) return;
    }
    await this.#advance(0);
    this.expect('the stream replays to the table', await checkReplay(this.#alive, this.#model));
  }

  close(): void {
    this.#life?.ground.die();
  }

  expect(rule: string, wrong: string | undefined): void {
    if (wrong === undefined) return;
    this.violations.push({ rule, what: wrong });
    this.#note(`✗ ${rule}`);
  }

  get #alive(): Life {
    if (!this.#life) throw new Error('no life has begun');
    return this.#life;
  }

  async #open(): Promise<Life> {
    this.#life = await openLife(this.#disk, { nowMs: this.#nowMs, seed: this.#plan.seed + this.#lives++ });
    return this.#life;
  }

  async #perform(step: TableStep): Promise<void> {
    switch (step.do) {
      case 'requests':
        return await this.#request(step);
      case 'advance':
        return await this.#advance(step.byMs);
      case 'stop':
        this.#note('stop and start');
        await this.#alive.stop();
        await this.#open();
        return await this.#adopt([]);
      case 'query':
        this.#note(`query ${JSON.stringify(step.query)}`);
        return this.expect('a query finds what is there', await checkQuery(this.#alive, this.#model, step.query));
    }
  }

  async #request({ requests, crashAfterTurns }: Extract<TableStep, { do: 'requests' }>): Promise<void> {
    const life = this.#alive;
    const answers: (Answer | undefined)[] = requests.map(() => undefined);
    this.requests += requests.length;
    const sending = requests.map(async (request, index) => {
      const answer = await send(life, request);
      if (life === this.#life) answers[index] = answer;
    });
    if (crashAfterTurns === undefined) await Promise.all(sending);
    else await this.#crash(sending, crashAfterTurns);
    const sent = requests.map((request, index): Sent => ({ request, answer: answers[index] }));
    for (const { request, answer = 'no answer' } of sent) this.#note(`${requestText(request)} → ${answer}`);
    await this.#adopt(sent);
  }

  async #crash(sending: readonly Promise<void>[], afterTurns: number): Promise<void> {
    for (const each of sending) void each.catch(() => {});
    await turns(afterTurns);
    this.#life?.ground.die();
    this.#life = undefined;
    this.#note('crash and start');
    await this.#open();
  }

  async #advance(byMs: number): Promise<void> {
    const { clock } = this.#alive.ground;
    const { stillRunning, nowMs } = await clock.advance(byMs, { deadlineMs: REST_DEADLINE_MS });
    if (stillRunning.length > 0) this.expect('comes to rest', stillRunning.join(', '));
    this.#nowMs = nowMs;
    this.#model = withoutExpired(this.#model, nowMs);
    this.#note(`${byMs} ms pass`);
    await this.#adopt([]);
  }

  /** Looks whether the table is what these requests could have made of it, and goes on from there. */
  async #adopt(sent: readonly Sent[]): Promise<void> {
    const found: Model = new Map((await scan(this.#alive)).map((item) => [keyOf(item), item]));
    if (isExplained(this.#model, sent, modelText(found), this.#nowMs)) {
      this.#model = found;
      return;
    }
    const rule = sent.length === 0 ? 'nothing changes by itself' : 'requests happen in some order, whole or not at all';
    this.expect(rule, `the table was\n${modelText(this.#model)}\nand is\n${modelText(found)}`);
  }

  #note(what: string): void {
    this.happenings.push({ atMs: this.#nowMs, what });
  }
}
