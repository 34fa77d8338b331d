import type { Activity } from './activity.ts';
import { type Clock, realClock } from './clock.ts';
import { oneAtATime } from './waiting/one-at-a-time.ts';

/** What is still running when an advance met its real deadline; empty when everything came to rest. */
export interface Advanced {
  readonly nowMs: number;
  readonly stillRunning: readonly string[];
}

/** A clock that stands still until it is told to move. Used by `--clock virtual` and by tests. */
export interface VirtualClock extends Clock {
  /**
   * Moves time forward, fires what falls due in order, and after each instant waits until the work which it set off is
   * finished. At the real deadline it returns what still runs; time then stands where it got to.
   */
  advance(byMs: number, options?: { readonly deadlineMs?: number }): Promise<Advanced>;
  /** When the next timer is due, or `undefined` when none is set. */
  nextTimerAtMs(): number | undefined;
}

interface Timer {
  readonly dueMs: number;
  readonly fire: () => void;
}

const DEFAULT_DEADLINE_MS = 60_000;

/**
 * @param startMs where time starts, in milliseconds since the epoch
 * @param activity tells when the work that a timer set off has come to rest
 * @param moved told of each instant that time gets to, before anything happens there
 */
export function createVirtualClock(
  startMs: number,
  activity: Activity,
  moved: (nowMs: number) => void = () => {},
): VirtualClock {
  let nowMs = startMs;
  const inTurn = oneAtATime();
  const timers = new TimerList();
  const moveTo = (instantMs: number) => {
    if (instantMs <= nowMs) return;
    nowMs = instantMs;
    moved(nowMs);
  };

  async function advanceOnce(byMs: number, deadlineMs: number): Promise<Advanced> {
    const targetMs = nowMs + Math.max(0, byMs);
    const giveUpAtMs = realClock.nowMs() + deadlineMs;
    const rest = () => activity.rest(Math.max(0, giveUpAtMs - realClock.nowMs()));
    let stillRunning = await rest();
    while (stillRunning.length === 0) {
      const next = timers.peek();
      if (next === undefined || next.dueMs > targetMs) break;
      moveTo(next.dueMs);
      for (let due = timers.peek(); due !== undefined && due.dueMs <= nowMs; due = timers.peek()) {
        timers.pop();
        due.fire();
      }
      stillRunning = await rest();
    }
    if (stillRunning.length === 0) {
      moveTo(targetMs);
      stillRunning = await rest();
    }
    return { nowMs, stillRunning };
  }

  return {
    nowMs: () => nowMs,
    setTimer(delayMs, fire) {
      const timer = { dueMs: nowMs + Math.max(0, delayMs), fire };
      timers.push(timer);
      return { [Symbol.dispose]: () => timers.remove(timer) };
    },
    nextTimerAtMs: () => timers.peek()?.dueMs,
    advance: (byMs, options = {}) => inTurn(() => advanceOnce(byMs, options.deadlineMs ?? DEFAULT_DEADLINE_MS)),
  };
}

/** Timers by due time; equal ones in the order they were set. */
class TimerList {
  readonly #byTime: Timer[] = [];

  peek(): Timer | undefined {
    return this.#byTime[0];
  }

  pop(): Timer | undefined {
    return this.#byTime.shift();
  }

  push(timer: Timer): void {
    this.#byTime.splice(this.#indexAfter(timer.dueMs), 0, timer);
  }

  remove(timer: Timer): void {
    const index = this.#byTime.indexOf(timer);
    if (index >= 0) this.#byTime.splice(index, 1);
  }

  #indexAfter(dueMs: number): number {
    let low = 0;
    let high = this.#byTime.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#byTime[middle]?.dueMs ?? 0) <= dueMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
