import type { Timing } from './timing.ts';
import { backOffMs } from './waiting/back-off.ts';

/** The rules of one asynchronous invocation: its function's event-invoke configuration and the waits in force. */
export interface RetryPolicy {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  readonly timing: Pick<Timing, 'asyncRetryDelaysMs' | 'asyncThrottleFirstDelayMs' | 'asyncThrottleMaxDelayMs'>;
}

/** What has happened to the invocation up to and including the attempt that just ended. */
export interface AttemptHistory {
  readonly acceptedAtMs: number;
  readonly nowMs: number;
  /** Attempts that reached the function. */
  readonly attempts: number;
  /** Attempts in a row that were throttled or met a service error. */
  readonly deferrals: number;
  /** Share of the back-off, from 0 to 1, by which to come earlier, so that events that wait together do not collide. */
  readonly spread?: number;
}

/** How the attempt ended: the function failed, or it never ran (throttled, or a service error). */
export type AttemptFailure = 'function-error' | 'deferred';

/** When the next attempt is due, or why there is none. */
export type RetryDecision =
  | { readonly kind: 'retry'; readonly atMs: number }
  | { readonly kind: 'give-up'; readonly condition: 'RetriesExhausted' | 'EventAgeExceeded' };

/**
 * What becomes of an asynchronous invocation after a failed attempt. A function error uses up an attempt and is tried
 * again after a fixed delay; a throttle or service error does not, backs off exponentially, and goes on until the event
 * is too old. docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function decideRetry(policy: RetryPolicy, failure: AttemptFailure, history: AttemptHistory): RetryDecision {
  return failure === 'deferred' ? afterDeferral(policy, history) : afterFunctionError(policy, history);
}

/** Whether the event has outlived its age limit before an attempt is made. */
export function hasOutlived(policy: RetryPolicy, acceptedAtMs: number, nowMs: number): boolean {
  return nowMs - acceptedAtMs >= policy.maximumEventAgeMs && nowMs > acceptedAtMs;
}

/** AWS looks ahead: when the next attempt would come too late it gives up at once (recorded: age 60 s, one attempt). */
function afterFunctionError(policy: RetryPolicy, history: AttemptHistory): RetryDecision {
  if (history.attempts > policy.maximumRetryAttempts) return { kind: 'give-up', condition: 'RetriesExhausted' };
  const delays = policy.timing.asyncRetryDelaysMs;
  const atMs = history.nowMs + (delays[history.attempts - 1] ?? delays.at(-1) ?? 0);
  if (atMs - history.acceptedAtMs >= policy.maximumEventAgeMs)
    return { kind: 'give-up', condition: 'EventAgeExceeded' };
  return { kind: 'retry', atMs };
}

function afterDeferral(policy: RetryPolicy, history: AttemptHistory): RetryDecision {
  const deadlineMs = history.acceptedAtMs + policy.maximumEventAgeMs;
  if (history.nowMs >= deadlineMs) return { kind: 'give-up', condition: 'EventAgeExceeded' };
  const { asyncThrottleFirstDelayMs: firstMs, asyncThrottleMaxDelayMs: maxMs } = policy.timing;
  const wholeMs = backOffMs(history.deferrals, { firstMs, maxMs });
  const delayMs = Math.max(1, Math.round(wholeMs * (1 - (history.spread ?? 0))));
  return { kind: 'retry', atMs: Math.min(history.nowMs + delayMs, deadlineMs) };
}
