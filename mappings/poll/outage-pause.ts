import type { Activity } from '../../src/core/activity.ts';
import { realClock, SECOND, sleep } from '../../src/core/clock.ts';
import type { BackendUnavailable } from '../../src/core/errors.ts';
import { backOffMs } from '../../src/core/waiting/back-off.ts';

/** Soon enough for whoever waits for the backend's return. */
const ASK_AGAIN = { firstMs: 50, maxMs: SECOND };

/**
 * Waits before a backend that is away is asked again: in real time, whatever the clock does, as its return is nothing that the
 * clock brings about. It counts as work in progress: nobody knows what waits there.
 * @param tries how often it was asked in vain, at least once
 */
export async function pauseInOutage(
  activity: Activity,
  { backend }: BackendUnavailable,
  tries: number,
  signal: AbortSignal,
): Promise<void> {
  using _waiting = activity.begin(`waiting for ${backend}`);
  await sleep(realClock, backOffMs(tries, ASK_AGAIN), signal).catch(() => {});
}
