import type { EnhancedMonitoringOutput, MetricsName } from '@aws-sdk/client-kinesis';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { StreamReference } from './stream-directory.ts';
import { type Updatable, updateStream } from './stream-update.ts';

const ALL: readonly MetricsName[] = [
  'IncomingBytes',
  'IncomingRecords',
  'IteratorAgeMilliseconds',
  'OutgoingBytes',
  'OutgoingRecords',
  'ReadProvisionedThroughputExceeded',
  'WriteProvisionedThroughputExceeded',
];

/** What is asked of a stream's metrics. */
export interface MetricsRequest extends StreamReference {
  readonly ShardLevelMetrics: readonly MetricsName[] | undefined;
}

/** Keeps which shard-level metrics are wanted, for clients to see; none is made. */
export async function changeMetrics(
  service: Updatable,
  request: MetricsRequest,
  context: RequestContext,
  wanted: (had: boolean, named: boolean) => boolean,
): Promise<EnhancedMonitoringOutput> {
  const stream = await service.directory.of(request, context);
  const names = request.ShardLevelMetrics ?? [];
  const isNamed = (metric: MetricsName) => names.includes('ALL') || names.includes(metric);
  const changed = await updateStream(service, stream, (current) => ({
    ...current,
    metrics: ALL.filter((metric) => wanted(current.metrics.includes(metric), isNamed(metric))),
  }));
  return {
    StreamName: stream.name,
    CurrentShardLevelMetrics: [...stream.metrics],
    DesiredShardLevelMetrics: [...changed.metrics],
    StreamARN: stream.arn,
  };
}
