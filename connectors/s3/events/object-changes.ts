import { asArn } from '../../../src/core/arn.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { ObjectVersion } from '../../../src/core/ports/object-store.ts';
import type { Random } from '../../../src/core/random.ts';
import type { ObjectChange, ObjectChangeEvent, ObjectEventName } from '../../../src/core/records/s3-event.ts';
import { type Bucket, bucketArn } from '../bucket/buckets.ts';
import { customerId } from '../bucket/owner.ts';
import { createSequencer } from './sequencer.ts';

/** What an event shows of a version. */
export type ChangedVersion = Pick<ObjectVersion, 'key' | 'size' | 'etag' | 'versionId'>;

/** Who did it, and by which request. */
export interface ChangeContext
  extends Pick<RequestContext, 'account' | 'sourceIp' | 'requestId' | 'hostId' | 'traceHeader'> {
  readonly caller: Pick<RequestContext['caller'], 'userId'>;
  /** When it happened, on the clock; now, where it is absent. */
  readonly atMs?: number | undefined;
}

/** Tells the rest of the simulator what happened to an object; resolves to the event's id once it has been taken. */
export interface ObjectChanges {
  created(
    name: Extract<ObjectEventName, `ObjectCreated:${string}`>,
    bucket: Bucket,
    version: ChangedVersion,
    context: ChangeContext,
  ): Promise<string>;
  /** A version went for good; without versioning AWS reports it also when nothing was there (recorded). */
  removed(bucket: Bucket, key: string, versionId: string, context: ChangeContext): Promise<string>;
  markerCreated(bucket: Bucket, marker: ChangedVersion, context: ChangeContext): Promise<string>;
  described(
    name: 'ObjectTagging:Put' | 'ObjectTagging:Delete' | 'ObjectAcl:Put',
    bucket: Bucket,
    version: ChangedVersion,
    context: ChangeContext,
  ): Promise<string>;
}

type Publish = (event: ObjectChangeEvent) => Promise<void>;

const MD5_OF_NOTHING = 'd41d8cd98f00b204e9800998ecf8427e';

/** Versions of the record's form by kind of event, as recorded from AWS in 2025. */
const CREATED_OR_REMOVED = '2.1';
const DESCRIBED = '2.3';

/** Makes events of changes and hands them to `publish`. */
export function createObjectChanges(options: {
  readonly clock: Clock;
  readonly random: Random;
  readonly publish: Publish;
}): ObjectChanges {
  const { clock, random, publish } = options;
  const sequencer = createSequencer(clock, random);

  const send = async (
    bucket: Bucket,
    facts: Pick<ObjectChange, 'eventName' | 'eventVersion' | 'key' | 'size' | 'eTag' | 'versionId' | 'sequencer'>,
    context: ChangeContext,
  ) => {
    const id = random.uuid();
    await publish({
      id,
      source: 's3',
      sourceArn: asArn(bucketArn(bucket.name)),
      name: facts.eventName,
      occurredAtMs: context.atMs ?? clock.nowMs(),
      traceHeader: context.traceHeader,
      detail: {
        ...facts,
        bucket: bucket.name,
        ownerId: customerId(bucket.account),
        account: bucket.account,
        region: bucket.region,
        principalId: `AWS:${context.caller.userId}`,
        requester: context.account,
        sourceIp: context.sourceIp,
        requestId: context.requestId,
        hostId: context.hostId ?? '',
      },
    });
    return id;
  };

  return {
    created: (eventName, bucket, version, context) =>
      send(
        bucket,
        {
          eventName,
          eventVersion: CREATED_OR_REMOVED,
          key: version.key,
          size: version.size,
          eTag: version.etag,
          versionId: recordedVersion(version.versionId),
          sequencer: sequencer(bucket.name, context.atMs),
        },
        context,
      ),

    removed: (bucket, key, versionId, context) =>
      send(
        bucket,
        {
          eventName: 'ObjectRemoved:Delete',
          eventVersion: CREATED_OR_REMOVED,
          key,
          versionId: recordedVersion(versionId),
          sequencer: sequencer(bucket.name, context.atMs),
        },
        context,
      ),

    markerCreated: (bucket, marker, context) =>
      send(
        bucket,
        {
          eventName: 'ObjectRemoved:DeleteMarkerCreated',
          eventVersion: CREATED_OR_REMOVED,
          key: marker.key,
          eTag: MD5_OF_NOTHING,
          versionId: recordedVersion(marker.versionId),
          sequencer: sequencer(bucket.name, context.atMs),
        },
        context,
      ),

    described: (eventName, bucket, version, context) =>
      send(
        bucket,
        {
          eventName,
          eventVersion: DESCRIBED,
          key: version.key,
          eTag: version.etag,
          versionId: recordedVersion(version.versionId),
        },
        context,
      ),
  };
}

/** Records do not show the id of a version that was written without versioning. */
const recordedVersion = (versionId: string) => (versionId === 'null' ? undefined : versionId);
