import { SECOND } from '../../../src/core/clock.ts';
import { buryIn } from '../../../src/core/delivery/deliver-to.ts';
import { deliveryEntry } from '../../../src/core/delivery/delivery-entry.ts';
import type { DeliveryRules, DeliveryStep, PendingDelivery } from '../../../src/core/delivery/pending-delivery.ts';
import { DEFAULT_RETRY_LIMITS, retryWithin } from '../../../src/core/delivery/retry-limits.ts';
import { type Journal, traceIdOf } from '../../../src/core/journal.ts';
import type { Measurement, Metrics } from '../../../src/core/metrics/metrics.ts';
import type { Random } from '../../../src/core/random.ts';
import type { RuleTarget } from '../rule/rule.ts';
import { deadLetter } from './dead-letter.ts';
import { deliverToTarget, type TargetParts } from './deliver-target.ts';
import { measureRule, once } from './measurements.ts';
import type { RuleDelivery } from './rule-delivery.ts';

/** What delivering for rules needs. */
export interface DeliveryParts extends TargetParts {
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly random: Random;
}

/** How rules deliver: retries by the target's policy, then its dead-letter queue. */
export function createDeliveryRules(parts: DeliveryParts): DeliveryRules<RuleDelivery> {
  return {
    attempt: ({ what }, signal) => deliverToTarget(parts, what, signal),
    retry: (pending, nowMs, { retryAfterMs = 0 }) => {
      const limits = limitsOf(pending.what.target);
      const decision = retryWithin(limits, pending, nowMs, parts.random);
      if (decision.kind !== 'retry') return decision;
      // The longer wait counts, yet none is longer than the event lives.
      const latestMs = pending.acceptedAtMs + limits.maximumEventAgeMs;
      return { kind: 'retry', atMs: Math.max(decision.atMs, Math.min(nowMs + retryAfterMs, latestMs)) };
    },
    bury: (pending, givenUp, signal) => {
      const arn = pending.what.target.DeadLetterConfig?.Arn;
      return buryIn(parts.targets, arn, () => deadLetter(pending, givenUp), signal);
    },
    told(pending, step) {
      journalStep(parts.journal, pending, step);
      measureRule(parts.metrics, pending.what.rule, measurementsOf(pending, step));
    },
  };
}

function limitsOf({ RetryPolicy: policy }: RuleTarget) {
  const { maximumRetryAttempts, maximumEventAgeMs } = DEFAULT_RETRY_LIMITS;
  const ageSeconds = policy?.MaximumEventAgeInSeconds;
  return {
    maximumRetryAttempts: policy?.MaximumRetryAttempts ?? maximumRetryAttempts,
    maximumEventAgeMs: ageSeconds === undefined ? maximumEventAgeMs : ageSeconds * SECOND,
  };
}

/** An invocation is counted when its end is known, an attempt each time. */
function measurementsOf({ what, attempts }: PendingDelivery<RuleDelivery>, step: DeliveryStep): readonly Measurement[] {
  const retried = step.kind === 'accepted' ? attempts > 0 : attempts > 1;
  const attempt = [once('InvocationAttempts'), ...(retried ? [once('RetryInvocationAttempts')] : [])];
  switch (step.kind) {
    case 'accepted':
      return [...attempt, once('SuccessfulInvocationAttempts'), once('Invocations')];
    case 'retry':
      return attempt;
    case 'buried':
      return [...attempt, once('Invocations'), once('FailedInvocations'), once('InvocationsSentToDlq')];
    case 'lost': {
      const hasQueue = what.target.DeadLetterConfig?.Arn !== undefined;
      const unburied = hasQueue ? [once('InvocationsFailedToBeSentToDlq')] : [];
      return [...attempt, once('Invocations'), once('FailedInvocations'), ...unburied];
    }
  }
}

function journalStep(journal: Journal, { what, attempts }: PendingDelivery<RuleDelivery>, step: DeliveryStep): void {
  const { event, rule, target } = what;
  const named = {
    way: `EventBridge rule ${rule.name} → ${target.Arn}`,
    ...{ receiver: target.Arn, deadLetterArn: target.DeadLetterConfig?.Arn, eventIds: [event.id] },
    traceId: traceIdOf(event.traceHeader),
    detail: { rule: rule.arn, target: target.Id, outcome: step.kind, refusals: attempts },
  };
  journal.append(deliveryEntry(named, step));
}
