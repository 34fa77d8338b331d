import { attributeJson, type ItemChangeEvent } from '../../src/core/records/dynamodb-change.ts';
import type { StreamRecord } from '../../src/core/source.ts';
import type { RecordContext } from './stream.ts';

/**
 * One change of an item as the JSON of a record; members and their order are as recorded.
 * docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function dynamodbRecord(
  record: StreamRecord,
  { sourceArn, region }: Pick<RecordContext, 'sourceArn' | 'region'>,
): string {
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
    Keys: attributeJson(keys),
    NewImage: newImage && attributeJson(newImage),
    OldImage: oldImage && attributeJson(oldImage),
    SequenceNumber: event.position.sequenceNumber,
    SizeBytes: sizeBytes,
    StreamViewType: viewType,
  });
}
