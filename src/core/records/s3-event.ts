import type { NormalizedEvent } from '../event.ts';

/**
 * What happened to an object, with all that an event record shows of it. Members are present exactly where AWS's record
 * shows them: a removal has no size, a tagging event no sequencer, an unversioned bucket no version.
 */
export interface ObjectChange {
  /** Without the `s3:` prefix, e.g. `ObjectCreated:Put`. Also the event's `name`. */
  readonly eventName: ObjectEventName;
  /** The record's `eventVersion` for this kind of event, e.g. `2.1`. */
  readonly eventVersion: string;
  readonly bucket: string;
  /** Canonical id of the bucket's owner. */
  readonly ownerId: string;
  /** The account that owns the bucket. */
  readonly account: string;
  /** The bucket's region. */
  readonly region: string;
  /** As the client named it; the record's form-style encoding is the payload's business. */
  readonly key: string;
  readonly size?: number | undefined;
  /** Without quotes. */
  readonly eTag?: string | undefined;
  readonly versionId?: string | undefined;
  /** Upper-case hex; of two events of one key the later has the larger one. */
  readonly sequencer?: string | undefined;
  /** Who caused it, as the record's `userIdentity` shows it, e.g. `AWS:AIDA…`. */
  readonly principalId: string;
  /** The account that caused it. */
  readonly requester: string;
  readonly sourceIp: string;
  /** `x-amz-request-id` and `x-amz-id-2` of the request that caused it. */
  readonly requestId: string;
  readonly hostId: string;
}

/** The names of the events that happen here. */
export type ObjectEventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated'
  | 'ObjectTagging:Put'
  | 'ObjectTagging:Delete'
  | 'ObjectAcl:Put';

/** An object's change as S3 publishes it; the source ARN is the bucket's. */
export type ObjectChangeEvent = NormalizedEvent<ObjectChange>;

/** The subject of what S3 publishes to a topic, as recorded. */
export const S3_SUBJECT = 'Amazon S3 Notification';

/** Where one destination wants which events of a bucket: a rule of its notification configuration. */
export interface NotificationRule {
  /** The record's `configurationId`. */
  readonly id: string;
  /** ARN of a queue, topic or function. */
  readonly destination: string;
  /** Event types as configured, e.g. `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  /** Filters match the key as it is; empty matches all. */
  readonly prefix: string;
  readonly suffix: string;
}

/** A bucket's notification configuration, as matching needs it. */
export interface NotificationConfiguration {
  /** The bucket's account and region. */
  readonly account: string;
  readonly region: string;
  readonly rules: readonly NotificationRule[];
  /** Whether every event also goes to EventBridge. */
  readonly eventBridge: boolean;
}

/** What can happen to an object past this endpoint. */
export type ForeignChangeName = Exclude<
  ObjectEventName,
  'ObjectTagging:Put' | 'ObjectTagging:Delete' | 'ObjectAcl:Put'
>;

/** A change that somebody made straight in the store, as the store tells of it. */
export interface ForeignChange {
  readonly name: ForeignChangeName;
  readonly bucket: string;
  readonly key: string;
  /** Of what was created. */
  readonly size?: number | undefined;
  readonly etag?: string | undefined;
  /** Absent where the bucket has no versions. */
  readonly versionId?: string | undefined;
  /** When what was created was stored, by the store's clock: what it is told apart by. */
  readonly modifiedAtMs?: number | undefined;
  /** In real time. */
  readonly happenedAtMs: number;
  /** Who did it, as the store names them. */
  readonly principalId: string;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly hostId: string;
}
