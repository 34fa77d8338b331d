import type { KinesisRecord } from '../../../src/core/records/kinesis-record.ts';
import type { Stream } from '../stream/stream.ts';
import { encryptionOf } from '../stream/stream-output.ts';

/** A record as the API returns it; the encryption's type only where there is one (recorded). */
export function recordOutput(stream: Stream, sequenceNumber: string, record: KinesisRecord) {
  const { partitionKey, data, arrivedAtMs } = record;
  return {
    SequenceNumber: sequenceNumber,
    ApproximateArrivalTimestamp: new Date(arrivedAtMs),
    Data: data,
    PartitionKey: partitionKey,
    ...encryptionOf(stream),
  };
}
