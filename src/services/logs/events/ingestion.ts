import type { Clock } from '../../../core/clock.ts';
import type { Metrics } from '../../../core/metrics/metrics.ts';
import type { LogEvent, LogStore, NewLogEvent } from '../../../core/ports/log-store.ts';
import { EVENT_OVERHEAD_BYTES } from '../group/group-output.ts';
import { type LogGroup, storeKey } from '../group/log-group.ts';
import type { Retention } from '../group/retention.ts';
import { countInMetrics } from '../metric-filters/counting.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';

/** The one way of events into a stream, whoever logs them. */
export interface Ingestion {
  /**
   * Resolves once the events are stored, with what is left to do: to store what the group's subscriptions owe of them. That
   * may be repeated where it fails, and the events are not stored again for it. Rejects with `LOG_MISSING` when there is no
   * such stream.
   */
  take(group: LogGroup, stream: string, events: readonly NewLogEvent[], traceHeader?: string): Promise<Owing>;
}

/** Resolves once what is owed is stored. */
export type Owing = () => Promise<void>;

const NOTHING_OWED: Owing = async () => {};

/** Ingestion into a log store. */
export function createIngestion(options: {
  readonly logs: LogStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly retention: Retention;
  readonly subscriptions: Subscriptions;
}): Ingestion {
  const { logs, clock, metrics, retention, subscriptions } = options;
  return {
    async take(group, stream, events, traceHeader) {
      if (events.length === 0) return NOTHING_OWED;
      const arrivedAtMs = clock.nowMs();
      const places = await logs.append(storeKey(group), stream, events, arrivedAtMs);
      const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES, 0);
      record(metrics, group, events.length, bytes);
      retention.expect(group, bytes);
      if (group.subscriptions.length === 0 && group.metricFilters.length === 0) return NOTHING_OWED;
      const stored: readonly LogEvent[] = events.map((event, index) => ({
        ...{ ...event, arrivedAtMs },
        sequence: places[index]?.sequence ?? 0,
      }));
      countInMetrics(metrics, group, stored);
      return () => subscriptions.owe(group, stream, stored, traceHeader);
    },
  };
}

function record(metrics: Metrics, group: LogGroup, events: number, bytes: number): void {
  const measurements = [
    { name: 'IncomingLogEvents', value: events, unit: 'Count' },
    { name: 'IncomingBytes', value: bytes, unit: 'Bytes' },
  ] as const;
  for (const dimensions of [{}, { LogGroupName: group.name }])
    metrics.record(group, 'AWS/Logs', dimensions, measurements);
}
