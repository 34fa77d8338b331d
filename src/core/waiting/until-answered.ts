import { type Clock, SECOND, sleep } from '../clock.ts';
import { BackendRefused, BackendUnavailable, HeadwaterError } from '../errors.ts';
import { backOffMs } from './back-off.ts';

/** A backend that is waited for at the start. */
export interface Awaited {
  /** What people call it, without secrets: `Redis at 127.0.0.1:6379`. */
  readonly name: string;
  /** How long to wait, in real milliseconds. */
  readonly deadlineMs: number;
  /** Told that it is waited for, and when it answers. */
  readonly told: (what: string, isFault: boolean) => void;
  readonly clock: Clock;
}

const FIRST_TRY = { firstMs: 100, maxMs: 2 * SECOND };

/**
 * Tries until an attempt succeeds; rejects with `BACKEND_UNREACHABLE`, which says what to do, at the deadline, and with
 * `BACKEND_REFUSED` at once.
 */
export async function untilAnswered<T>(
  { name, deadlineMs, told, clock }: Awaited,
  attempt: () => Promise<T>,
): Promise<T> {
  const endMs = clock.nowMs() + deadlineMs;
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await attempt();
      if (tries > 1) told(`${name} answers`, false);
      return answer;
    } catch (cause) {
      if (cause instanceof BackendRefused) throw cause;
      const why = cause instanceof BackendUnavailable ? cause.why : (cause as Error).message;
      if (clock.nowMs() >= endMs) {
        const message = `${name} does not answer (${why}); start it, or correct its address`;
        throw new HeadwaterError('BACKEND_UNREACHABLE', message, { cause });
      }
      if (tries === 1) told(`${name} does not answer (${why}); trying for ${Math.ceil(deadlineMs / SECOND)} s`, true);
      await sleep(clock, Math.min(backOffMs(tries, FIRST_TRY), Math.max(0, endMs - clock.nowMs())));
    }
  }
}
