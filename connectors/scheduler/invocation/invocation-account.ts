import { deliveryEntry } from '../../../src/core/delivery/delivery-entry.ts';
import type { DeliveryStep, PendingDelivery } from '../../../src/core/delivery/pending-delivery.ts';
import type { Journal } from '../../../src/core/journal.ts';
import type { Metrics } from '../../../src/core/metrics/metrics.ts';
import { wholeSecond } from '../target/context-attributes.ts';
import type { Invocation } from './invocation.ts';

/** Tells journal and metrics what becomes of invocations. */
export interface InvocationAccount {
  /** An instant has come. */
  due(invocation: Invocation, missed: boolean): void;
  /** Nothing is invoked for it, or nothing more: why. */
  decided(invocation: Invocation, why: string): void;
  /** The target is about to be invoked. */
  attempted(invocation: Invocation): void;
  told(pending: PendingDelivery<Invocation>, step: DeliveryStep): void;
}

const THROTTLED = /Throttl|TooManyRequests|ThroughputExceeded/;

/** docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html */
export function createInvocationAccount({
  journal,
  metrics,
}: {
  readonly journal: Journal;
  readonly metrics: Metrics;
}): InvocationAccount {
  const count = (invocation: Invocation, ...names: readonly string[]) => {
    const measurements = names.map((name) => ({ name, value: 1, unit: 'Count' }) as const);
    for (const dimensions of [{}, { ScheduleGroup: invocation.group }]) {
      metrics.record(invocation, 'AWS/Scheduler', dimensions, measurements);
    }
  };
  return {
    due(invocation, missed) {
      const { id, group, name, scheduleArn, scheduledAtMs, executionId } = invocation;
      journal.append({
        kind: 'event',
        what: `Schedule ${group}/${name} due ${wholeSecond(scheduledAtMs)}${missed ? ', missed and made up for' : ''}`,
        eventIds: [id],
        arn: scheduleArn,
        detail: { executionId },
      });
    },
    decided({ id, group, name, scheduleArn }, why) {
      journal.append({ kind: 'decision', what: `Schedule ${group}/${name}: ${why}`, eventIds: [id], arn: scheduleArn });
    },
    attempted: (invocation) => count(invocation, 'InvocationAttemptCount'),
    told({ what, attempts }, step) {
      const { id, target } = what;
      const deadLetterArn = target.DeadLetterConfig?.Arn;
      if (step.kind !== 'accepted') count(what, ...countedOf(step, deadLetterArn));
      const named = { way: `Schedule → ${target.Arn}`, receiver: target.Arn, deadLetterArn, eventIds: [id] };
      journal.append(deliveryEntry({ ...named, detail: { outcome: step.kind, refusals: attempts } }, step));
    },
  };
}

function countedOf(
  step: Exclude<DeliveryStep, { readonly kind: 'accepted' }>,
  deadLetterArn: string | undefined,
): readonly string[] {
  if (step.kind === 'retry') return errorNames(step.refusal.code);
  return [...errorNames(step.givenUp.refusal.code), ...endNames(step.kind, deadLetterArn)];
}

const errorNames = (code: string) =>
  THROTTLED.test(code) ? ['TargetErrorCount', 'TargetErrorThrottledCount'] : ['TargetErrorCount'];

function endNames(kind: 'buried' | 'lost', deadLetterArn: string | undefined): readonly string[] {
  if (kind === 'buried') return ['InvocationDroppedCount', 'InvocationsSentToDeadLetterCount'];
  return deadLetterArn === undefined
    ? ['InvocationDroppedCount']
    : ['InvocationDroppedCount', 'InvocationsFailedToBeSentToDeadLetterCount'];
}
