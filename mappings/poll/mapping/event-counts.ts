import { type Metrics, noMetrics } from '../../../src/core/metrics/metrics.ts';
import type { MappingRecord } from './mapping-record.ts';

/** What becomes of a mapping's events. docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics */
export type EventCount =
  | 'PolledEventCount'
  | 'FilteredOutEventCount'
  /** Each retry counts again. */
  | 'InvokedEventCount'
  /** Events that the function did not get, or failed on. */
  | 'FailedInvokeEventCount'
  /** Processed, and deleted from their queue. */
  | 'DeletedEventCount'
  /** Processed, and not to be read again of their topic. */
  | 'CommittedEventCount'
  /** Given up with nobody to tell. */
  | 'DroppedEventCount'
  | 'OnFailureDestinationDeliveredEventCount';

/** Where counts go; nowhere when absent. */
export interface CountParts {
  readonly metrics?: Metrics | undefined;
}

/** Who counts. */
export type CountedMapping = Pick<MappingRecord, 'uuid' | 'account' | 'region' | 'settings'>;

/** Counts events of a mapping, if its `MetricsConfig` asks for that. */
export function countEvents(
  { metrics = noMetrics }: CountParts,
  { uuid, account, region, settings }: CountedMapping,
  counts: Readonly<Partial<Record<EventCount, number>>>,
): void {
  if (!settings.metrics.includes('EventCount')) return;
  const measurements = Object.entries(counts).flatMap(([name, value]) =>
    value > 0 ? [{ name, value, unit: 'Count' as const }] : [],
  );
  if (measurements.length > 0) {
    metrics.record({ account, region }, 'AWS/Lambda', { EventSourceMappingUUID: uuid }, measurements);
  }
}
