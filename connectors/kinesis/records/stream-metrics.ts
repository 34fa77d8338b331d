import type { Measurement, Metrics } from '../../../src/core/metrics/metrics.ts';
import type { StreamEntry } from '../../../src/core/ports/event-log.ts';
import type { Stream } from '../stream/stream.ts';
import type { PutResult } from './put-result.ts';

/** Where counts go; nowhere when absent. */
export interface CountParts {
  readonly metrics?: Metrics | undefined;
}

// docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html, "Basic stream-level metrics"

/** Tells what was put, whatever put it. */
export function countPut(
  { metrics }: CountParts,
  stream: Stream,
  records: readonly StreamEntry[],
  results: readonly PutResult[],
): void {
  if (!metrics) return;
  const put = records.filter((_, index) => results[index]?.kind === 'put');
  const refused = results.filter((result) => result.kind === 'refused' && result.code === TOO_MUCH).length;
  record(metrics, stream, [
    count('IncomingRecords', put.length),
    { name: 'IncomingBytes', value: sumOfBytes(put), unit: 'Bytes' },
    count('WriteProvisionedThroughputExceeded', refused),
  ]);
}

const TOO_MUCH = 'ProvisionedThroughputExceededException';

/** Tells what a client got of a shard, and how old the last of it is. */
export function countRead(
  { metrics }: CountParts,
  stream: Stream,
  records: readonly StreamEntry[],
  millisBehindLatest: number,
): void {
  if (!metrics) return;
  record(metrics, stream, [
    count('GetRecords.Success', 1),
    count('GetRecords.Records', records.length),
    { name: 'GetRecords.Bytes', value: sumOfBytes(records), unit: 'Bytes' },
    { name: 'GetRecords.IteratorAgeMilliseconds', value: millisBehindLatest, unit: 'Milliseconds' },
  ]);
}

function sumOfBytes(records: readonly StreamEntry[]): number {
  return records.reduce((bytes, { data }) => bytes + data.length, 0);
}

const record = (metrics: Metrics, stream: Stream, measurements: readonly Measurement[]): void =>
  metrics.record(stream, 'AWS/Kinesis', { StreamName: stream.name }, measurements);

const count = (name: string, value: number): Measurement => ({ name, value, unit: 'Count' });
