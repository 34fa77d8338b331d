import type { ForeignChange, ForeignChangeName } from '../../../core/records/s3-event.ts';
import { NULL_VERSION, shownVersionId } from '../object-store/version-id.ts';
import { isOwnWrite } from '../own-writes.ts';

/** A record as MinIO writes it. Every member may be absent: it comes from outside. */
interface MinioRecord {
  readonly eventName?: string;
  readonly eventTime?: string;
  readonly userIdentity?: { readonly principalId?: string };
  readonly requestParameters?: { readonly sourceIPAddress?: string };
  readonly responseElements?: Readonly<Record<string, string>>;
  readonly source?: { readonly host?: string; readonly userAgent?: string };
  readonly s3?: {
    readonly bucket?: { readonly name?: string };
    readonly object?: {
      readonly key?: string;
      readonly size?: number;
      readonly eTag?: string;
      readonly versionId?: string;
      readonly sequencer?: string;
    };
  };
}

/**
 * What S3 has events for, by MinIO's names. What is not here is none there, or goes by another name: tags and retention that
 * were set (`ObjectCreated:PutTagging`), reads, replication.
 */
const NAMES: Readonly<Record<string, ForeignChangeName>> = {
  's3:ObjectCreated:Put': 'ObjectCreated:Put',
  's3:ObjectCreated:Post': 'ObjectCreated:Post',
  's3:ObjectCreated:Copy': 'ObjectCreated:Copy',
  's3:ObjectCreated:CompleteMultipartUpload': 'ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:Delete': 'ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated': 'ObjectRemoved:DeleteMarkerCreated',
};

/**
 * The changes in a notification that were made by others than this driver: of a Redis target in its access format, or of
 * a webhook. What cannot be read holds none.
 */
export function foreignChanges(notification: string): readonly ForeignChange[] {
  try {
    return recordsIn(notification).flatMap((record) => {
      const name = NAMES[record.eventName ?? ''];
      return name === undefined || isOwnWrite(record.source?.userAgent) ? [] : changeOf(name, record);
    });
  } catch {
    return [];
  }
}

function recordsIn(notification: string): readonly MinioRecord[] {
  const parsed = JSON.parse(notification);
  const batches = Array.isArray(parsed) ? parsed : [parsed];
  return batches.flatMap((batch) => batch?.Event ?? batch?.Records ?? []);
}

function changeOf(name: ForeignChangeName, record: MinioRecord): ForeignChange[] {
  const { bucket, object } = record.s3 ?? {};
  if (!bucket?.name || !object?.key) return [];
  const isCreation = name.startsWith('ObjectCreated:');
  const versionId = shownVersionId(object.versionId);
  return [
    {
      name,
      bucket: bucket.name,
      // Escaped as in a form, slashes too.
      key: decodeURIComponent(object.key.replaceAll('+', ' ')),
      ...(isCreation ? { size: object.size ?? 0, etag: object.eTag ?? '' } : {}),
      versionId: versionId === NULL_VERSION ? undefined : versionId,
      modifiedAtMs: isCreation ? modifiedAtMs(object.sequencer) : undefined,
      happenedAtMs: Date.parse(record.eventTime ?? '') || 0,
      principalId: record.userIdentity?.principalId ?? '',
      sourceIp: record.requestParameters?.sourceIPAddress ?? record.source?.host ?? '',
      requestId: record.responseElements?.['x-amz-request-id'] ?? '',
      hostId: record.responseElements?.['x-amz-id-2'] ?? '',
    },
  ];
}

/** MinIO's sequencer of a creation is the time of the object, in nanoseconds. */
const modifiedAtMs = (sequencer = '') =>
  /^[0-9A-F]+$/i.test(sequencer) ? Number(BigInt(`0x${sequencer}`)) / 1e6 : undefined;
