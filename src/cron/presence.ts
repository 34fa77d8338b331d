import { type Clock, MINUTE, SECOND } from '../core/clock.ts';

/** Since when this process has been there, on its clock. */
export interface Presence extends Disposable {
  sinceMs(): number;
}

/** How often it is looked whether the machine still runs, in real time. */
const LOOK_EVERY_MS = 20 * SECOND;
/** Who looks so much later than it meant to was not busy: the machine slept, or the process was stopped. */
const ASLEEP_MS = MINUTE;

/**
 * Begins now, and anew when the process has slept: what came due while a laptop was closed is no other than what came due
 * while nothing ran.
 */
export function createPresence(clock: Clock, real: Clock): Presence {
  let sinceMs = clock.nowMs();
  let seenAtMs = real.nowMs();
  let timer: Disposable;
  const look = () => {
    const nowMs = real.nowMs();
    if (nowMs - seenAtMs > LOOK_EVERY_MS + ASLEEP_MS) sinceMs = clock.nowMs();
    seenAtMs = nowMs;
  };
  const lookAgain = () => {
    timer = real.setTimer(LOOK_EVERY_MS, () => {
      look();
      lookAgain();
    });
  };
  lookAgain();
  return {
    // Whoever asks may have woken before the timer.
    sinceMs() {
      look();
      return sinceMs;
    },
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}
