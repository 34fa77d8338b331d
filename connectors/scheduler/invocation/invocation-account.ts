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
      const told = { eventIds: [id], arn: target.Arn };
      const { DeadLetterConfig } = target;
      switch (step.kind) {
        case 'accepted':
          journal.append({ ...told, kind: 'delivery', what: `Schedule → ${target.Arn}: accepted`, becameId: step.id });
          return;
        case 'retry':
          count(what, ...errorNames(step.refusal.code));
          journal.append({
            ...told,
            kind: 'retry',
            what: `Schedule → ${target.Arn}: refused (${textOf(step.refusal)}), attempt ${attempts}; again at ${new Date(step.atMs).toISOString()}`,
          });
          return;
        case 'buried':
        case 'lost': {
          count(what, ...errorNames(step.givenUp.refusal.code), ...endNames(step.kind, DeadLetterConfig?.Arn));
          const end = step.kind === 'buried' ? `dead letter to ${DeadLetterConfig?.Arn}` : 'dropped';
          journal.append({
            ...told,
            kind: 'delivery',
            what: `Schedule → ${target.Arn}: given up (${textOf(step.givenUp.refusal)}), ${end}`,
            becameId: step.id,
          });
        }
      }
    },
  };
}

const textOf = ({ code, message }: { readonly code: string; readonly message: string }) => `${code}: ${message}`;

const errorNames = (code: string) =>
  THROTTLED.test(code) ? ['TargetErrorCount', 'TargetErrorThrottledCount'] : ['TargetErrorCount'];

function endNames(kind: 'buried' | 'lost', deadLetterArn: string | undefined): readonly string[] {
  if (kind === 'buried') return ['InvocationDroppedCount', 'InvocationsSentToDeadLetterCount'];
  return deadLetterArn === undefined
    ? ['InvocationDroppedCount']
    : ['InvocationDroppedCount', 'InvocationsFailedToBeSentToDeadLetterCount'];
}
