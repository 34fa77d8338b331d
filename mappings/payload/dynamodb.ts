import type { AttributeMap, AttributeValue, ItemChangeEvent } from '../../src/core/dynamodb-change.ts';
import type { StreamRecord } from '../../src/core/source.ts';
import type { RecordContext } from './stream.ts';

/**
 * One change of an item as the JSON of a record; members and their order are as recorded.
 * docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function dynamodbRecord(record: StreamRecord, { sourceArn, region }: RecordContext): string {
  const { name, detail } = record.event as ItemChangeEvent;
  const identity = detail.userIdentity ? `"userIdentity":${JSON.stringify(detail.userIdentity)},` : '';
  return (
    `{"eventID":"${detail.eventId}","eventName":"${name}","eventVersion":"1.1","eventSource":"aws:dynamodb",` +
    `"awsRegion":"${region}","dynamodb":${dynamodbMember(record)},${identity}"eventSourceARN":${JSON.stringify(sourceArn)}}`
  );
}

/** The `dynamodb` member alone: what filters call the data. */
export function dynamodbMember({ event }: StreamRecord): string {
  const { keys, newImage, oldImage, sizeBytes, viewType } = (event as ItemChangeEvent).detail;
  return JSON.stringify({
    ApproximateCreationDateTime: Math.floor(event.occurredAtMs / 1000),
    Keys: plainMap(keys),
    NewImage: newImage && plainMap(newImage),
    OldImage: oldImage && plainMap(oldImage),
    SequenceNumber: event.position.sequenceNumber,
    SizeBytes: sizeBytes,
    StreamViewType: viewType,
  });
}

/** Binaries are base64; everything else is as the API writes it. */
function plain(value: AttributeValue): unknown {
  if ('B' in value) return { B: base64(value.B) };
  if ('BS' in value) return { BS: value.BS.map(base64) };
  if ('L' in value) return { L: value.L.map(plain) };
  if ('M' in value) return { M: plainMap(value.M) };
  return value;
}

/** A null prototype: an attribute may be called `__proto__`. */
function plainMap(map: AttributeMap): Record<string, unknown> {
  const members = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(map)) members[name] = plain(value);
  return members;
}

const base64 = (data: Uint8Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
