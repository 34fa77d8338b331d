import { SECOND } from '../../../src/core/clock.ts';
import type { RetryPhases } from '../topic/delivery-policy.ts';

/** AWS's own receivers: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
const MANAGED = {
  immediate: 3,
  preBackoff: 2,
  preBackoffMs: SECOND,
  backoff: 10,
  minSeconds: 1,
  maxSeconds: 20,
  totalAttempts: 100_015,
};

/**
 * How long to wait after so many attempts; `undefined` when there is to be no further one. AWS adds jitter of a size that
 * it does not tell; here delays are exact.
 */
export function managedRetryDelayMs(attempts: number): number | undefined {
  const { immediate, preBackoff, preBackoffMs, backoff, minSeconds, maxSeconds, totalAttempts } = MANAGED;
  if (attempts >= totalAttempts) return undefined;
  if (attempts <= immediate) return 0;
  if (attempts <= immediate + preBackoff) return preBackoffMs;
  const step = attempts - immediate - preBackoff - 1;
  if (step >= backoff) return maxSeconds * SECOND;
  return BACKOFFS.exponential({ step, steps: backoff, min: minSeconds, max: maxSeconds }) * SECOND;
}

/** The same for web servers: without delay, at the least delay, growing, at the greatest delay. */
export function httpRetryDelayMs(phases: RetryPhases, attempts: number): number | undefined {
  const { numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = phases;
  const { minDelayTarget: min, maxDelayTarget: max, backoffFunction } = phases;
  const steps = numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries;
  if (attempts > numRetries) return undefined;
  if (attempts <= numNoDelayRetries) return 0;
  if (attempts <= numNoDelayRetries + numMinDelayRetries) return min * SECOND;
  const step = attempts - numNoDelayRetries - numMinDelayRetries - 1;
  if (step >= steps) return max * SECOND;
  return Math.round(BACKOFFS[backoffFunction]({ step, steps, min, max }) * SECOND);
}

interface Backoff {
  /** From 0. */
  readonly step: number;
  readonly steps: number;
  readonly min: number;
  readonly max: number;
}

/** From the least to the greatest delay by curves of growing bend, as AWS draws them; it gives no formulas. */
const BACKOFFS: Readonly<Record<RetryPhases['backoffFunction'], (of: Backoff) => number>> = {
  linear: (of) => between(of, share(of)),
  arithmetic: (of) => between(of, (of.step * (of.step + 1)) / Math.max(1, of.steps * (of.steps - 1))),
  geometric: ({ min, max, ...of }) => min * (max / min) ** share(of),
  exponential: (of) => between(of, (2 ** of.step - 1) / Math.max(1, 2 ** (of.steps - 1) - 1)),
};

const share = ({ step, steps }: Pick<Backoff, 'step' | 'steps'>) => (steps > 1 ? step / (steps - 1) : 0);

const between = ({ min, max }: Pick<Backoff, 'min' | 'max'>, part: number) => min + (max - min) * part;
