import { type Clock, keepAlive, SECOND, sleep } from '../../../core/clock.ts';
import { backOffMs } from '../../../core/waiting/back-off.ts';
import { isBrief } from './cluster-fault.ts';

/** Some seconds in all. A broker that is new loads its groups when it is first asked for one, which takes a part of that. */
const AGAIN = { firstMs: 50, maxMs: SECOND };
const MOST_AGAIN = 6;

/** Asks again, for a while, as long as the cluster answers that it cannot say just now: that is no outage, and nobody is told. */
export async function pastBrief<T>(clock: Clock, question: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await question();
    } catch (error) {
      if (failures > MOST_AGAIN || !isBrief(error)) throw error;
      // Between two questions there is no connection that would.
      using _awake = keepAlive();
      await sleep(clock, backOffMs(failures, AGAIN));
    }
  }
}
