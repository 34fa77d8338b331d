import { DAY, HOUR } from '../../../src/core/clock.ts';
import type { ServiceApi } from '../../../src/core/operation.ts';
import type { DeliveryOutcome, Target } from '../../../src/core/target.ts';
import type { Disk } from '../engine/disk.ts';
import { call, START_MS, turns } from '../engine/life.ts';
import { brokenRule } from './check-attempts.ts';
import { EntryHistory } from './entry-history.ts';
import { DEAD_LETTERS, ruleInput, scheduleInput, targetsInput } from './entry-input.ts';
import { type ExpectedFire, expectedFires, type LifeSpan } from './expected-fires.ts';
import { expressionText } from './expression-text.ts';
import { type Attempt, byDelivery, keyOf, Ledger, type Letter } from './ledger.ts';
import { type Life, openLife } from './life.ts';
import type { SchedulesPlan, Step, Times } from './plan.ts';
import { readDelivery, readLetter, targetOf } from './read-delivery.ts';

/** Longer than any target is down, and anything is tried. */
const CALM_MS = 4 * DAY;
/** In real time. */
const ADVANCE_DEADLINE_MS = 120_000;

/** Plays a plan to its end; what happened is in the ledger. */
export async function runSchedulesPlan(plan: SchedulesPlan, disk: Disk): Promise<Ledger> {
  const run = new SchedulesRun(plan, disk);
  try {
    await run.play();
  } catch (error) {
    run.ledger.expect(false, 'no error', () => (error instanceof Error ? String(error.stack) : String(error)));
  } finally {
    run.close();
  }
  return run.ledger;
}

class SchedulesRun {
  readonly ledger = new Ledger();
  readonly #plan: SchedulesPlan;
  readonly #disk: Disk;
  readonly #histories: readonly EntryHistory[];
  readonly #lives: LifeSpan[] = [];
  #life: Life | undefined;

  constructor(plan: SchedulesPlan, disk: Disk) {
    this.#plan = plan;
    this.#disk = disk;
    this.#histories = plan.entries.map((entry) => new EntryHistory(entry));
  }

  async play(): Promise<void> {
    await this.#open(START_MS);
    for (const history of this.#histories) await this.#create(history);
    for (const step of this.#plan.steps) await this.#perform(step);
    await this.#advance(CALM_MS);
    const nowMs = this.#nowMs;
    for (const history of this.#histories) history.end(nowMs);
    this.#span.endMs = nowMs;
    await this.#check();
  }

  close(): void {
    this.#life?.ground.die();
    this.#life = undefined;
  }

  get #alive(): Life {
    if (!this.#life) throw new Error('no life has begun');
    return this.#life;
  }

  get #nowMs(): number {
    return this.#alive.ground.clock.nowMs();
  }

  get #span(): LifeSpan {
    const span = this.#lives.at(-1);
    if (!span) throw new Error('no life has begun');
    return span;
  }

  async #open(nowMs: number): Promise<void> {
    const span: LifeSpan = { startMs: nowMs, endMs: Number.POSITIVE_INFINITY, crashed: false };
    this.#lives.push(span);
    const { seed, missed } = this.#plan;
    const deliver: Target['deliver'] = async (arn, delivery) => {
      // Nobody hears of what a dead process still does.
      if (span !== this.#span) return await new Promise<never>(() => {});
      const atMs = this.#nowMs;
      if (arn === DEAD_LETTERS) {
        this.ledger.letters.push(readLetter(delivery, atMs));
        return { kind: 'accepted', id: 'letter' };
      }
      const outcome = this.#outcomeAt(targetOf(arn), atMs);
      this.ledger.attempts.push({ ...readDelivery(arn, delivery.payload), atMs, outcome });
      return answerOf(outcome);
    };
    this.#life = await openLife(this.#disk, { nowMs, seed: seed + this.#lives.length, missed }, deliver);
    await this.#advance(0);
  }

  #outcomeAt(target: number, atMs: number): 'accepted' | 'down' | 'broken' {
    const sinceMs = atMs - START_MS;
    const outage = this.#plan.outages.find(
      ({ target: down, fromMs, toMs }) => down === target && fromMs <= sinceMs && sinceMs < toMs,
    );
    return outage === undefined ? 'accepted' : outage.permanent ? 'broken' : 'down';
  }

  async #create(history: EntryHistory): Promise<void> {
    const { plan } = history;
    if (plan.kind !== 'schedule') {
      await this.#call('events', 'PutRule', ruleInput(plan, plan.times));
      await this.#call('events', 'PutTargets', targetsInput(plan));
    }
    history.begin(this.#nowMs, plan.times);
    if (plan.kind !== 'rule') {
      await this.#call('scheduler', 'CreateSchedule', scheduleInput(plan, plan.times, true));
    }
    await this.#advance(0);
  }

  async #perform(step: Step): Promise<void> {
    switch (step.do) {
      case 'advance':
        return await this.#advance(step.byMs);
      case 'crash':
        return await this.#crash(step);
      case 'stop':
        return await this.#stop(step.awayMs);
      case 'toggle':
      case 'change':
      case 'remove':
        return await this.#changeEntry(step);
    }
  }

  async #advance(byMs: number): Promise<void> {
    const { stillRunning } = await this.#alive.ground.clock.advance(byMs, { deadlineMs: ADVANCE_DEADLINE_MS });
    this.ledger.expect(stillRunning.length === 0, 'comes to rest', () => stillRunning.join(', '));
  }

  async #crash({ byMs, turns: count, awayMs }: Extract<Step, { do: 'crash' }>): Promise<void> {
    void this.#alive.ground.clock.advance(byMs, { deadlineMs: ADVANCE_DEADLINE_MS });
    await turns(count);
    this.#alive.ground.die();
    Object.assign(this.#span, { endMs: this.#nowMs, crashed: true });
    this.ledger.note(this.#nowMs, `killed, away for ${awayMs} ms`);
    await this.#open(this.#nowMs + awayMs);
  }

  async #stop(awayMs: number): Promise<void> {
    await this.#alive.stop();
    this.#span.endMs = this.#nowMs;
    this.ledger.note(this.#nowMs, `stopped, away for ${awayMs} ms`);
    await this.#open(this.#nowMs + awayMs);
  }

  /** What has completed, and what was deleted, cannot be changed. */
  async #changeEntry(step: Extract<Step, { entry: number }>): Promise<void> {
    const history = this.#histories[step.entry];
    if (!history || history.removed) return;
    const { plan } = history;
    if (plan.kind !== 'rule' && (await this.#find(plan.name)) === undefined) return;
    this.ledger.note(
      this.#nowMs,
      `${step.do} ${plan.name}${step.do === 'change' ? ` ${expressionText(step.times)}` : ''}`,
    );
    if (step.do === 'remove') await this.#remove(history);
    else if (step.do === 'change') await this.#change(history, step.times);
    else await this.#toggle(history);
    await this.#advance(0);
  }

  async #remove(history: EntryHistory): Promise<void> {
    const { plan } = history;
    history.removed = true;
    history.end(this.#nowMs);
    if (plan.kind !== 'rule') return await this.#call('scheduler', 'DeleteSchedule', { Name: plan.name });
    await this.#call('events', 'RemoveTargets', { Rule: plan.name, Ids: plan.targets.map(String) });
    await this.#call('events', 'DeleteRule', { Name: plan.name });
  }

  async #change(history: EntryHistory, times: Times): Promise<void> {
    const { plan, enabled } = history;
    if (expressionText(times) === expressionText(history.times)) return;
    history.end(this.#nowMs);
    history.begin(this.#nowMs, times);
    if (plan.kind !== 'rule') {
      return await this.#call('scheduler', 'UpdateSchedule', scheduleInput(plan, times, enabled));
    }
    await this.#call('events', 'PutRule', { ...ruleInput(plan, times), State: enabled ? 'ENABLED' : 'DISABLED' });
  }

  async #toggle(history: EntryHistory): Promise<void> {
    const { plan, times } = history;
    history.toggle(this.#nowMs);
    if (plan.kind !== 'rule') {
      return await this.#call('scheduler', 'UpdateSchedule', scheduleInput(plan, times, history.enabled));
    }
    await this.#call('events', history.enabled ? 'EnableRule' : 'DisableRule', { Name: plan.name });
  }

  async #call(service: 'events' | 'scheduler', name: string, input: object): Promise<void> {
    const api: ServiceApi = this.#alive[service];
    await call(api, name, input);
  }

  async #find(name: string): Promise<object | undefined> {
    return await call(this.#alive.scheduler, 'GetSchedule', { Name: name }).catch(() => undefined);
  }

  async #check(): Promise<void> {
    const { ledger } = this;
    const attempts = byDelivery(ledger.attempts);
    const letters = byDelivery(ledger.letters);
    const expected = new Set<string>();
    for (const history of this.#histories) {
      const fires = expectedFires(history.plan, history.eras, this.#lives, {
        startMs: START_MS,
        missed: this.#plan.missed,
      });
      for (const fire of fires) {
        for (const target of history.plan.targets) {
          const key = keyOf({ entry: history.plan.name, dueMs: fire.dueMs, target });
          expected.add(key);
          const [tried = [], given = []] = [attempts.get(key), letters.get(key)];
          const broken = brokenRule({ fire, entry: history.plan, attempts: tried, letters: given, lives: this.#lives });
          if (broken) ledger.expect(false, broken, () => accountOf(key, fire, tried, given));
        }
      }
      await this.#checkEnd(history, fires.at(-1));
    }
    const others = [...attempts.keys()].filter((key) => !expected.has(key));
    ledger.expect(others.length === 0, 'nothing is delivered that is not due', () =>
      others.slice(0, 5).map(inWords).join('; '),
    );
  }

  /** "EventBridge Scheduler deletes the schedule after its last target invocation." */
  async #checkEnd({ plan, removed, eras }: EntryHistory, last: ExpectedFire | undefined): Promise<void> {
    const times = eras.at(-1)?.times;
    if (plan.kind === 'rule' || removed || last?.uncertain) return;
    const ends = plan.deleteAfter && (times?.kind === 'at' || plan.endAfterMs !== undefined);
    const inLastEra = last !== undefined && last.dueMs >= (eras.at(-1)?.fromMs ?? 0);
    if (this.#plan.missed === 'skip' && this.#lives.length > 1) return;
    const isGone = (await this.#find(plan.name)) === undefined;
    const mustBeGone = ends && inLastEra && last.isLast;
    this.ledger.expect(
      isGone === mustBeGone,
      'a completed schedule goes if it is to',
      () => `${plan.name} ${isGone ? 'is gone' : 'is there'}`,
    );
  }
}

function answerOf(outcome: 'accepted' | 'down' | 'broken'): DeliveryOutcome {
  if (outcome === 'accepted') return { kind: 'accepted', id: 'accepted' };
  return { kind: 'refused', permanent: outcome === 'broken', code: 'Refused', message: outcome };
}

const at = (ms: number) => new Date(ms).toISOString();

function inWords(key: string): string {
  const [entry = '', dueMs, target = ''] = key.split(' ');
  return `${entry} due ${at(Number(dueMs))} at target ${target}`;
}

function accountOf(
  key: string,
  { earliestMs, latestMs, uncertain }: ExpectedFire,
  attempts: readonly Attempt[],
  letters: readonly Letter[],
): string {
  const lasting = Math.round((latestMs - earliestMs) / HOUR);
  const tried = attempts.map(({ atMs, outcome }) => `${at(atMs)} ${outcome}`).join(', ');
  const written = letters.map(({ atMs, condition, retries }) => `${at(atMs)} ${condition} ${retries}`).join(', ');
  return `${inWords(key)} (from ${at(earliestMs)}, ${lasting} h${uncertain ? ', uncertain' : ''}): [${tried}], letters [${written}]`;
}
