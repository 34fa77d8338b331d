import type { ObjectChange, ObjectChangeEvent } from '../../src/core/records/s3-event.ts';
import { recordsPayload } from './records.ts';

/**
 * The notification of one change to one configuration; members and their order as recorded.
 * docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function s3Payload(event: ObjectChangeEvent, configurationId: string): Uint8Array {
  const { detail, occurredAtMs } = event;
  const record = {
    eventVersion: detail.eventVersion,
    eventSource: 'aws:s3',
    awsRegion: detail.region,
    eventTime: new Date(occurredAtMs).toISOString(),
    eventName: detail.eventName,
    userIdentity: { principalId: detail.principalId },
    requestParameters: { sourceIPAddress: detail.sourceIp },
    responseElements: { 'x-amz-request-id': detail.requestId, 'x-amz-id-2': detail.hostId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: {
        name: detail.bucket,
        ownerIdentity: { principalId: detail.ownerId },
        arn: `arn:aws:s3:::${detail.bucket}`,
      },
      object: objectMembers(detail),
    },
  };
  return recordsPayload([JSON.stringify(record)]);
}

/** Absent members stay absent: a removal has no size, a tagging event no sequencer. */
function objectMembers({ key, size, eTag, versionId, sequencer }: ObjectChange) {
  return { key: formEncoded(key), size, eTag, versionId, sequencer };
}

/** UTF-8 in form style: a space is `+`; letters, digits, `-._*` and the slash stay. */
function formEncoded(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}
