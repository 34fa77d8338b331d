import type { ObjectChangeEvent, ObjectEventName } from '../../src/core/records/s3-event.ts';

/** What EventBridge calls an event, and what its detail says beside the object. */
interface Form {
  readonly detailType: string;
  readonly reason?: string;
  readonly deletionType?: string;
}

/** docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const FORMS: Readonly<Record<ObjectEventName, Form>> = {
  'ObjectCreated:Put': { detailType: 'Object Created', reason: 'PutObject' },
  'ObjectCreated:Post': { detailType: 'Object Created', reason: 'POST Object' },
  'ObjectCreated:Copy': { detailType: 'Object Created', reason: 'CopyObject' },
  'ObjectCreated:CompleteMultipartUpload': { detailType: 'Object Created', reason: 'CompleteMultipartUpload' },
  'ObjectRemoved:Delete': {
    detailType: 'Object Deleted',
    reason: 'DeleteObject',
    deletionType: 'Permanently Deleted',
  },
  'ObjectRemoved:DeleteMarkerCreated': {
    detailType: 'Object Deleted',
    reason: 'DeleteObject',
    deletionType: 'Delete Marker Created',
  },
  'ObjectTagging:Put': { detailType: 'Object Tags Added' },
  'ObjectTagging:Delete': { detailType: 'Object Tags Deleted' },
  'ObjectAcl:Put': { detailType: 'Object ACL Updated' },
};

/** The detail type of the event that EventBridge gets. */
export const s3DetailType = ({ detail }: ObjectChangeEvent): string => FORMS[detail.eventName].detailType;

/** Its detail; members and their order as recorded. The key stands as it is, unlike in notifications. */
export function s3EventDetail({ detail }: ObjectChangeEvent): Uint8Array {
  const { reason, deletionType } = FORMS[detail.eventName];
  const { key, size, eTag, versionId, sequencer } = detail;
  return Buffer.from(
    JSON.stringify({
      version: '0',
      bucket: { name: detail.bucket },
      object: { key, size, etag: eTag, 'version-id': versionId, sequencer },
      'request-id': detail.requestId,
      requester: detail.requester,
      'source-ip-address': detail.sourceIp,
      reason,
      'deletion-type': deletionType,
    }),
  );
}
