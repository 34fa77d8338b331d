import type { LogRecord } from '../../../src/core/ports/event-log.ts';
import type { ChangeEntry } from '../../../src/core/ports/table-store.ts';
import { attributeJson } from '../../../src/core/records/dynamodb-change.ts';
import type { KinesisDestination } from '../table/table.ts';

/** What a change's record in Kinesis says beside the change. */
export interface PayloadContext {
  readonly tableName: string;
  readonly region: string;
  readonly precision: KinesisDestination['precision'];
}

const MICROSECONDS = 1000;

/** A change as Kinesis gets it: always with both images, without place and view type; members as recorded. */
export function changePayload(
  { tableName, region, precision }: PayloadContext,
  { arrivedAtMs, entry }: LogRecord<ChangeEntry>,
): Uint8Array {
  const { eventId, keys, newImage, oldImage, sizeBytes, userIdentity } = entry.change;
  const time =
    precision === 'MICROSECOND'
      ? {
          ApproximateCreationDateTime: arrivedAtMs * MICROSECONDS,
          ApproximateCreationDateTimePrecision: 'MICROSECOND',
        }
      : { ApproximateCreationDateTime: arrivedAtMs };
  const record = {
    awsRegion: region,
    eventID: eventId,
    eventName: entry.name,
    userIdentity: userIdentity ?? null,
    recordFormat: 'application/json',
    tableName,
    dynamodb: {
      ...time,
      Keys: attributeJson(keys),
      ...(newImage && { NewImage: attributeJson(newImage) }),
      ...(oldImage && { OldImage: attributeJson(oldImage) }),
      SizeBytes: sizeBytes,
    },
    eventSource: 'aws:dynamodb',
  };
  return Buffer.from(JSON.stringify(record));
}
