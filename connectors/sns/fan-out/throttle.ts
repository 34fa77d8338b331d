import { type Clock, SECOND } from '../../../src/core/clock.ts';
import { isVersionConflict, type Registry } from '../../../src/core/ports/registry.ts';
import { type Subscription, subscriptionKey } from '../subscription/subscription.ts';

/** Keys of what throttles subscriptions begin with it. */
export const THROTTLES = 'sns/throttles/';

/** When it is the turn of one more delivery to a subscription that takes so many a second, over all processes. */
export type Throttle = (subscription: Subscription, perSecond: number) => Promise<number>;

/**
 * Turns at even distances. Whoever comes too early is told when to come again, and its place is not kept.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html (throttlePolicy)
 */
export function createThrottle(registry: Registry, clock: Clock): Throttle {
  return async (subscription, perSecond) => {
    const key = THROTTLES + subscriptionKey(subscription);
    for (;;) {
      const entry = await registry.get<number>(key);
      const nowMs = clock.nowMs();
      const freeAtMs = entry?.value ?? 0;
      if (freeAtMs > nowMs) return Math.ceil(freeAtMs);
      try {
        await registry.put(key, nowMs + SECOND / perSecond, entry?.version ?? 0);
        return nowMs;
      } catch (error) {
        if (!isVersionConflict(error)) throw error;
      }
    }
  };
}
