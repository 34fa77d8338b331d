import { START_MS } from '../engine/life.ts';
import type { Era } from './expected-fires.ts';
import type { EntryPlan, Times } from './plan.ts';

/** What was done to an entry so far, as the model knows it. */
export class EntryHistory {
  readonly plan: EntryPlan;
  readonly eras: Era[] = [];
  enabled = true;
  removed = false;
  times: Times;
  #anchorMs = START_MS;

  constructor(plan: EntryPlan) {
    this.plan = plan;
    this.times = plan.times;
  }

  /** It is created, or its times are others from now on. */
  begin(nowMs: number, times: Times): void {
    this.times = times;
    const isSchedule = this.plan.kind !== 'rule';
    const startMs = times.kind === 'at' || !isSchedule ? undefined : this.plan.startAfterMs;
    this.#anchorMs = startMs === undefined ? nowMs : START_MS + startMs;
    if (this.enabled) this.#open(nowMs, isSchedule);
  }

  /** From now on it is not due any more. */
  end(nowMs: number): void {
    const last = this.eras.at(-1);
    if (last && last.toMs > nowMs) last.toMs = nowMs;
  }

  toggle(nowMs: number): void {
    this.enabled = !this.enabled;
    if (!this.enabled) this.end(nowMs);
    else if (this.plan.kind === 'rule') this.begin(nowMs, this.times);
    else this.#open(nowMs, false);
  }

  /** The beat of a schedule is kept over a rest; its anchor may still lie ahead. */
  #open(fromMs: number, isNew: boolean): void {
    const { times } = this;
    const anchorMs = this.#anchorMs;
    const begins = this.plan.kind !== 'rule' && (isNew || anchorMs > fromMs);
    this.eras.push({ ...{ fromMs, times, anchorMs, begins }, toMs: Number.POSITIVE_INFINITY });
  }
}
