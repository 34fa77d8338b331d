import { type Clock, SECOND } from '../../../src/core/clock.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { oneAtATime } from '../../../src/core/waiting/one-at-a-time.ts';
import { type Subscription, throttleKey } from '../subscription/subscription.ts';

/** Gives one more delivery to a subscription that takes so many a second its turn, over all processes. */
export type Throttle = (subscription: Subscription, perSecond: number) => Promise<number>;

/**
 * Turns at even distances, each given once: whoever has one comes back for it, and need not ask again.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html (throttlePolicy)
 */
export function createThrottle(registry: Registry, clock: Clock): Throttle {
  const inTurn = oneAtATime();
  const nextTurn = async (key: string, perSecond: number): Promise<number> => {
    let turnAtMs = 0;
    await changeEntry<number, number>(registry, key, (freeFromMs = 0) => {
      turnAtMs = Math.max(freeFromMs, clock.nowMs());
      return turnAtMs + SECOND / perSecond;
    });
    return Math.ceil(turnAtMs);
  };
  return (subscription, perSecond) => inTurn(() => nextTurn(throttleKey(subscription), perSecond));
}
