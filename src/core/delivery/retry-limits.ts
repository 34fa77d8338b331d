import { HOUR, MINUTE, SECOND } from '../clock.ts';
import type { Random } from '../random.ts';
import { backOffMs } from '../waiting/back-off.ts';
import type { DeliveryRetry, PendingDelivery } from './pending-delivery.ts';

/** How often, and for how long, a rule or a schedule tries to reach its target. */
export interface RetryLimits {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
}

/**
 * What holds where nobody chose.
 * docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html,
 * docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
 */
export const DEFAULT_RETRY_LIMITS: RetryLimits = { maximumRetryAttempts: 185, maximumEventAgeMs: 24 * HOUR };

/**
 * AWS says "exponential back-off and jitter", and gives up after 185 attempts or 24 hours: with waits that double to eight
 * minutes both come to about the same.
 */
const BACK_OFF = { firstMs: SECOND, maxMs: 8 * MINUTE };
/** Share of a wait by which it may be shorter. */
const JITTER = 0.2;

/** When a delivery that was refused for now is tried again, the last time when it reaches its age, or which limit forbids it. */
export function retryWithin(
  { maximumRetryAttempts, maximumEventAgeMs }: RetryLimits,
  { attempts, acceptedAtMs }: Pick<PendingDelivery<unknown>, 'attempts' | 'acceptedAtMs'>,
  nowMs: number,
  random: Random,
): DeliveryRetry {
  if (attempts > maximumRetryAttempts) return { kind: 'give-up', exhausted: 'MaximumRetryAttempts' };
  const deadlineMs = acceptedAtMs + maximumEventAgeMs;
  if (nowMs >= deadlineMs) return { kind: 'give-up', exhausted: 'MaximumEventAgeInSeconds' };
  const delayMs = Math.round(backOffMs(attempts, BACK_OFF) * (1 - JITTER * random.fraction()));
  return { kind: 'retry', atMs: Math.min(nowMs + delayMs, deadlineMs) };
}
