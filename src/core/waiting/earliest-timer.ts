import type { Clock } from '../clock.ts';

/** One timer for work that is planned again and again; disposing forgets what is planned. */
export interface EarliestTimer extends Disposable {
  /** Fires at that instant, unless it fires earlier anyway. */
  plan(atMs: number): void;
}

/** Of all instants that are planned the earliest counts; when it has come, none is planned any more. */
export function createEarliestTimer(clock: Clock, fire: () => void): EarliestTimer {
  let planned: { readonly atMs: number; readonly timer: Disposable } | undefined;
  const forget = () => {
    planned?.timer[Symbol.dispose]();
    planned = undefined;
  };
  return {
    plan(atMs) {
      if (planned && planned.atMs <= atMs) return;
      forget();
      const timer = clock.setTimer(atMs - clock.nowMs(), () => {
        planned = undefined;
        fire();
      });
      planned = { atMs, timer };
    },
    [Symbol.dispose]: forget,
  };
}
