import type { Clock } from '../clock.ts';
import { BackendUnavailable } from '../errors.ts';
import type { TaskVerdict } from '../ports/task-queue.ts';
import type { DeliveryOutcome } from '../target.ts';

/** What a sender still owes to somebody, as its task stores it. `What` is all that the sender needs to try again. */
export interface PendingDelivery<What> {
  readonly what: What;
  /** When it was accepted from its sender, on the clock. */
  readonly acceptedAtMs: number;
  /** Attempts that were made and refused. */
  readonly attempts: number;
  /** Present once it was given up: only the dead letter is owed. */
  readonly givenUp?: GivenUp | undefined;
}

/** Why there will be no further attempt at the receiver. */
export interface GivenUp {
  /** Absent when trying again could not have helped. */
  readonly exhausted?: string | undefined;
  readonly refusal: Extract<DeliveryOutcome, { kind: 'refused' }>;
}

/** When the next attempt is due, or which limit there is none for. */
export type DeliveryRetry =
  | { readonly kind: 'retry'; readonly atMs: number }
  | { readonly kind: 'give-up'; readonly exhausted: string };

/** How one kind of sender delivers: what differs between a topic, a rule and a schedule. */
export interface DeliveryRules<What> {
  attempt(pending: PendingDelivery<What>, signal: AbortSignal): Promise<DeliveryOutcome>;
  /** After a refusal that is not permanent; `attempts` counts it already. */
  retry(pending: PendingDelivery<What>, nowMs: number, refusal: GivenUp['refusal']): DeliveryRetry;
  /** Brings what was given up to the dead-letter queue. Where there is none it is `accepted` and gone. */
  bury(pending: PendingDelivery<What>, givenUp: GivenUp, signal: AbortSignal): Promise<DeliveryOutcome>;
  /** Told of each step, for the journal and metrics. */
  told(pending: PendingDelivery<What>, step: DeliveryStep): void;
}

/** One step on the way of a delivery. */
export type DeliveryStep =
  | { readonly kind: 'accepted'; readonly id?: string | undefined }
  | { readonly kind: 'retry'; readonly atMs: number; readonly refusal: GivenUp['refusal'] }
  | { readonly kind: 'buried' | 'lost'; readonly givenUp: GivenUp; readonly id?: string | undefined };

/** How long a dead letter that its queue cannot take now waits. */
const BURY_AGAIN_MS = 1000;

/**
 * Takes a delivery one step further: an attempt at the receiver, else at its dead-letter queue. A throw is a refusal that may
 * pass; a backend that is away is nobody's refusal and left to the task queue, which tries again. Nor is it one when the
 * attempt was broken off because this process stops: the next one makes it.
 *
 *   waiting → (attempt) → gone, when it was accepted
 *           → waiting, when it is to be tried again
 *           → given up → (dead letter) → gone, when it was accepted or cannot be
 */
export async function advanceDelivery<What>(
  rules: DeliveryRules<What>,
  clock: Clock,
  pending: PendingDelivery<What>,
  signal: AbortSignal,
): Promise<TaskVerdict> {
  if (pending.givenUp) return await bury(rules, clock, pending, pending.givenUp, signal);
  const outcome = await answered(() => rules.attempt(pending, signal));
  if (outcome.kind === 'accepted') {
    rules.told(pending, outcome);
    return { kind: 'done' };
  }
  const nowMs = clock.nowMs();
  if (signal.aborted && !outcome.permanent) return { kind: 'again', data: pending, dueAtMs: nowMs };
  const tried = { ...pending, attempts: pending.attempts + 1 };
  const decision: DeliveryRetry | undefined = outcome.permanent ? undefined : rules.retry(tried, nowMs, outcome);
  if (decision?.kind === 'retry') {
    rules.told(tried, { kind: 'retry', atMs: decision.atMs, refusal: outcome });
    return { kind: 'again', data: tried, dueAtMs: decision.atMs };
  }
  const givenUp = { exhausted: decision?.exhausted, refusal: outcome };
  return await bury(rules, clock, { ...tried, givenUp }, givenUp, signal);
}

async function bury<What>(
  rules: DeliveryRules<What>,
  clock: Clock,
  pending: PendingDelivery<What>,
  givenUp: GivenUp,
  signal: AbortSignal,
): Promise<TaskVerdict> {
  const outcome = await answered(() => rules.bury(pending, givenUp, signal));
  if (outcome.kind === 'refused' && !outcome.permanent) {
    return { kind: 'again', data: pending, dueAtMs: clock.nowMs() + BURY_AGAIN_MS };
  }
  const isBuried = outcome.kind === 'accepted' && outcome.id !== undefined;
  rules.told(pending, { kind: isBuried ? 'buried' : 'lost', givenUp, ...(isBuried && { id: outcome.id }) });
  return { kind: 'done' };
}

async function answered(attempt: () => Promise<DeliveryOutcome>): Promise<DeliveryOutcome> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof BackendUnavailable) throw error;
    return { kind: 'refused', permanent: false, code: 'InternalFailure', message: String(error) };
  }
}
