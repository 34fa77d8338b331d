import type { KinesisRecordEvent } from '../../src/core/records/kinesis-record.ts';
import type { StreamRecord } from '../../src/core/source.ts';
import type { RecordContext } from './stream.ts';

/**
 * One record of a stream as the JSON of a record; members and their order are as recorded. All records go through here, so
 * only what may need escaping is.
 * docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export function kinesisRecord({ event }: StreamRecord, { sourceArn, region, roleArn }: RecordContext): string {
  const { partitionKey, data, arrivedAtMs } = (event as KinesisRecordEvent).detail;
  const { shardId, sequenceNumber } = event.position;
  return (
    `{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":${JSON.stringify(partitionKey)},"sequenceNumber":"${sequenceNumber}",` +
    `"data":"${base64(data)}","approximateArrivalTimestamp":${arrivedAtMs / 1000}},"eventSource":"aws:kinesis","eventVersion":"1.0",` +
    `"eventID":"${shardId}:${sequenceNumber}","eventName":"aws:kinesis:record","invokeIdentityArn":${JSON.stringify(roleArn)},` +
    `"awsRegion":"${region}","eventSourceARN":${JSON.stringify(sourceArn)}}`
  );
}

const base64 = (data: Uint8Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
