import type { Arn } from '../core/arn.ts';
import type { InvokeOutcome } from '../core/dispatch.ts';
import { recordLevels, recordOfFunction } from '../core/metrics/function-metrics.ts';
import type { Measurement, Metrics } from '../core/metrics/metrics.ts';
import type { Concurrency } from './concurrency-gate.ts';
import type { OwedDelivery } from './owed-delivery.ts';

/** What Lambda tells of invocations. docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export interface InvocationMetrics {
  /** An invocation has begun: so many run now, it included. */
  began(functionArn: Arn, concurrency: Concurrency): void;
  /** An attempt is over. What was throttled is no invocation. */
  ended(functionArn: Arn, outcome: InvokeOutcome): void;
  /** An event was queued. */
  received(functionArn: Arn): void;
  /** A queued event is about to be tried, so long after it was accepted. */
  aged(functionArn: Arn, ageMs: number): void;
  /** A queued event was given up. */
  dropped(functionArn: Arn): void;
  /** A destination or dead-letter queue did not take what it was sent. */
  undelivered(functionArn: Arn, sink: OwedDelivery['sink']): void;
}

/** Records them as AWS/Lambda. */
export function createInvocationMetrics(metrics: Metrics): InvocationMetrics {
  return {
    began(functionArn, { ofFunction, ofAccount, unreserved, claimed }) {
      recordLevels(
        metrics,
        functionArn,
        [count('ConcurrentExecutions', ofFunction)],
        [
          count('ConcurrentExecutions', ofAccount),
          ...(claimed === undefined ? [] : [count('ClaimedAccountConcurrency', claimed)]),
          ...(unreserved === undefined ? [] : [count('UnreservedConcurrentExecutions', unreserved)]),
        ],
      );
    },
    ended(functionArn, outcome) {
      if (outcome.kind === 'throttled') recordOfFunction(metrics, functionArn, THROTTLED);
      if (outcome.kind !== 'ok' && outcome.kind !== 'function-error') return;
      const { durationMs, executedVersion } = outcome.report;
      const duration: Measurement = { name: 'Duration', value: durationMs, unit: 'Milliseconds' };
      const measurements = outcome.kind === 'ok' ? [...SUCCEEDED, duration] : [...FAILED, duration];
      recordOfFunction(metrics, functionArn, measurements, executedVersion);
    },
    received: (functionArn) => recordOfFunction(metrics, functionArn, RECEIVED),
    aged(functionArn, ageMs) {
      recordOfFunction(metrics, functionArn, [{ name: 'AsyncEventAge', value: ageMs, unit: 'Milliseconds' }]);
    },
    dropped: (functionArn) => recordOfFunction(metrics, functionArn, DROPPED),
    undelivered(functionArn, sink) {
      const name = sink === 'dead-letter queue' ? 'DeadLetterErrors' : 'DestinationDeliveryFailures';
      recordOfFunction(metrics, functionArn, [count(name, 1)]);
    },
  };
}

const count = (name: string, value: number): Measurement => ({ name, value, unit: 'Count' });

const THROTTLED = [count('Throttles', 1)];
/** Each invocation counts as one that was not throttled, too, so that averages are rates. */
const SUCCEEDED = [count('Invocations', 1), count('Errors', 0), count('Throttles', 0)];
const FAILED = [count('Invocations', 1), count('Errors', 1), count('Throttles', 0)];
const RECEIVED = [count('AsyncEventsReceived', 1)];
const DROPPED = [count('AsyncEventsDropped', 1)];
