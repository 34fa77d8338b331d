import type { MappingKind } from './mapping-kind.ts';
import { type MappingRecord, mappingArn } from './mapping-record.ts';

/** The configuration as AWS shows it; members that are not set are absent, as recorded. */
export function mappingConfiguration(record: MappingRecord, kind: MappingKind): Record<string, unknown> {
  const { settings } = record;
  const members = {
    UUID: record.uuid,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: settings.windowSeconds,
    EventSourceArn: record.sourceArn,
    EventSourceMappingArn: mappingArn(record),
    ...(settings.filters.length > 0
      ? { FilterCriteria: { Filters: settings.filters.map((Pattern) => ({ Pattern })) } }
      : {}),
    FunctionArn: record.functionArn,
    FunctionResponseTypes: settings.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
    LastModified: new Date(record.modifiedAtMs),
    State: record.state,
    StateTransitionReason: kind.stateReason,
    ...kind.members(record),
    ...(settings.metrics.length > 0 ? { MetricsConfig: { Metrics: settings.metrics } } : {}),
    ...(settings.kmsKeyArn === undefined ? {} : { KMSKeyArn: settings.kmsKeyArn }),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
