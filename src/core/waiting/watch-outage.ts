import { realClock, SECOND, sleep } from '../clock.ts';
import { backOffMs } from './back-off.ts';
import type { Outage } from './outage.ts';

const RETRY = { firstMs: 100, maxMs: SECOND };

/**
 * Asks a backend that is away again and again, until the outage is over or the signal is aborted, so that its return is
 * noticed also while nobody else asks for anything.
 *
 * @param probe ends the outage where it is answered
 */
export async function watchOutage(outage: Outage, probe: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  const isAwaited = () => outage.isNow() && !signal.aborted;
  for (let tries = 1; isAwaited(); tries += 1) {
    await sleep(realClock, backOffMs(tries, RETRY), signal).catch(() => {});
    if (isAwaited()) await probe().catch(() => {});
  }
}
