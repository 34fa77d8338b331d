/** Milliseconds in the units that AWS's settings come in. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/**
 * The only source of time. AWS's own waits (visibility, delays, retries, ages, windows) run on the clock that the user
 * chose; socket deadlines and function timeouts run on {@link realClock}, whatever that choice is.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Fires once after `delayMs`; disposing cancels. Timers due at the same instant fire in the order they were set. */
  setTimer(delayMs: number, fire: () => void): Disposable;
}

/** Longest delay that a Node timer takes before it overflows and fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Node's timers stand still while the machine sleeps, clocks do not: so often it is looked what is due. */
const LOOK_EVERY_MS = MINUTE;

/** The machine's own clock. Its timers do not keep the process alive. */
export const realClock: Clock = scaledClock(1);

/** A clock that runs `factor` times as fast as the machine's, starting at the present instant. */
export function scaledClock(factor: number): Clock {
  const startMs = Date.now();
  const nowMs = () => (factor === 1 ? Date.now() : Math.floor(startMs + (Date.now() - startMs) * factor));
  return {
    nowMs,
    setTimer(delayMs, fire) {
      const dueMs = nowMs() + Math.max(0, delayMs);
      let timer: NodeJS.Timeout;
      const arm = () => {
        const waitMs = Math.ceil((dueMs - nowMs()) / factor);
        const next = waitMs > LOOK_EVERY_MS ? arm : fire;
        timer = setTimeout(next, Math.max(0, Math.min(waitMs, LOOK_EVERY_MS)));
        timer.unref();
      };
      arm();
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
  };
}

/** Keeps the process alive until it is disposed: for work that somebody awaits, and that may have nothing open but timers. */
export function keepAlive(): Disposable {
  const timer = setInterval(() => {}, LONGEST_TIMER_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Resolves after `delayMs` on `clock`; rejects with the signal's reason when it is aborted first. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer[Symbol.dispose]();
      reject(signal?.reason);
    };
    const timer = clock.setTimer(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Real milliseconds since it was started, with their fraction: what durations are measured with. */
export type Stopwatch = () => number;

/** Starts measuring; unlike a clock it never jumps. */
export function startStopwatch(): Stopwatch {
  // The global `performance` would be loaded for this alone.
  const startNs = process.hrtime.bigint();
  return () => Number(process.hrtime.bigint() - startNs) / 1e6;
}
