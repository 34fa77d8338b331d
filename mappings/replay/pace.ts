import type { Activity } from '../../src/core/activity.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Speed } from '../../src/core/replay.ts';

/**
 * When what happened once is due again: in the same order and, at a speed that is not endless, after the same waits divided
 * by it. While a replay works it counts as work in progress; while it waits, as work that is due later.
 */
export class Pace implements Disposable {
  readonly #clock: Clock;
  readonly #activity: Activity;
  readonly #speed: Speed;
  readonly #probe: Disposable;
  readonly #waiting = new Set<number>();
  #origin: { readonly thenMs: number; readonly nowMs: number } | undefined;

  constructor({
    clock,
    activity,
    speed,
  }: { readonly clock: Clock; readonly activity: Activity; readonly speed: Speed }) {
    this.#clock = clock;
    this.#activity = activity;
    this.#speed = speed;
    this.#probe = activity.probe(() => ({ dueNow: 0, ...this.#nextDue() }));
  }

  /** Whether nothing waits. */
  get isFull(): boolean {
    return this.#speed === Number.POSITIVE_INFINITY;
  }

  /** What happened then is due now; only the first call counts. */
  begin(thenMs: number): void {
    this.#origin ??= { thenMs, nowMs: this.#clock.nowMs() };
  }

  /** When what happened then is due. */
  dueAtMs(thenMs: number): number {
    this.begin(thenMs);
    const { thenMs: originMs, nowMs } = this.#origin ?? { thenMs, nowMs: 0 };
    return nowMs + (this.isFull ? 0 : Math.max(0, (thenMs - originMs) / this.#speed));
  }

  isDue(thenMs: number): boolean {
    return this.isFull || this.dueAtMs(thenMs) <= this.#clock.nowMs();
  }

  /** Waits until what happened then is due, or the signal is aborted. `work` is put down meanwhile, and is taken up again. */
  async until(thenMs: number, work: Work, signal: AbortSignal): Promise<void> {
    if (this.isDue(thenMs)) return;
    await this.rest(this.dueAtMs(thenMs) - this.#clock.nowMs(), work, signal);
  }

  /** Waits that long. */
  async rest(delayMs: number, work: Work, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const dueMs = this.#clock.nowMs() + delayMs;
    this.#waiting.add(dueMs);
    await new Promise<void>((resolve) => {
      const goOn = () => {
        // At once, before the clock looks whether anything goes on.
        work.takeUp();
        signal.removeEventListener('abort', goOn);
        timer[Symbol.dispose]();
        resolve();
      };
      const timer = this.#clock.setTimer(delayMs, goOn);
      signal.addEventListener('abort', goOn);
      work.putDown();
    });
    this.#waiting.delete(dueMs);
  }

  /** Work in progress, from now until it is disposed. */
  work(what: string): Work {
    return new Work(this.#activity, what);
  }

  [Symbol.dispose](): void {
    this.#probe[Symbol.dispose]();
  }

  #nextDue(): { readonly nextDueAtMs?: number } {
    return this.#waiting.size === 0 ? {} : { nextDueAtMs: Math.min(...this.#waiting) };
  }
}

/** A piece of a replay's work, which is put down while it waits. */
export class Work implements Disposable {
  readonly #activity: Activity;
  readonly #what: string;
  #token: Disposable | undefined;

  constructor(activity: Activity, what: string) {
    this.#activity = activity;
    this.#what = what;
    this.takeUp();
  }

  takeUp(): void {
    this.#token ??= this.#activity.begin(this.#what);
  }

  putDown(): void {
    this.#token?.[Symbol.dispose]();
    this.#token = undefined;
  }

  [Symbol.dispose](): void {
    this.putDown();
  }
}
