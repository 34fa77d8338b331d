import { realClock, SECOND, sleep } from '../clock.ts';
import { BackendUnavailable } from '../errors.ts';
import { backOffMs } from './back-off.ts';

const PAUSE = { firstMs: 20, maxMs: SECOND };

/**
 * Does work that nobody can be refused, again and again while a backend is away, in real time. Once the signal is aborted it
 * resolves with `undefined` where the work fails.
 */
export async function untilDone<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  for (let tries = 1; !signal.aborted; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof BackendUnavailable)) throw error;
      await sleep(realClock, backOffMs(tries, PAUSE), signal).catch(() => {});
    }
  }
  return undefined;
}
