import { realClock, SECOND, sleep } from '../clock.ts';
import { backOffMs } from './back-off.ts';
import type { Outage } from './outage.ts';

const RETRY = { firstMs: 100, maxMs: SECOND };

/**
 * The same outage, in which the backend is asked again and again until it is over or the signal is aborted, so that its
 * return is noticed also while nobody else asks for anything.
 *
 * @param probe ends the outage where it is answered
 */
export function watchedOutage(outage: Outage, probe: () => Promise<unknown>, signal: AbortSignal): Outage {
  const isAwaited = () => outage.isNow() && !signal.aborted;
  const watch = async () => {
    for (let tries = 1; isAwaited(); tries += 1) {
      await sleep(realClock, backOffMs(tries, RETRY), signal).catch(() => {});
      if (isAwaited()) await probe().catch(() => {});
    }
  };
  return {
    ...outage,
    begin(askedAfter) {
      const begins = outage.begin(askedAfter);
      if (begins) void watch();
      return begins;
    },
  };
}
