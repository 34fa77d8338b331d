import { type Clock, realClock } from '../../../src/core/clock.ts';
import type { ForeignChange } from '../../../src/core/records/s3-event.ts';
import type { Buckets } from '../bucket/buckets.ts';
import type { ChangeContext, ObjectChanges } from './object-changes.ts';

/** Tells of what others did in the store as S3 tells of what was asked of it. */
export function createForeignChanges(options: {
  readonly buckets: Buckets;
  readonly changes: ObjectChanges;
  readonly clock: Clock;
}): (change: ForeignChange) => Promise<void> {
  const { buckets, changes, clock } = options;
  return async (change) => {
    const { name, key, size = 0, etag = '', versionId = 'null' } = change;
    const bucket = await buckets.find(change.bucket);
    if (!bucket) return;
    const context: ChangeContext = {
      account: bucket.account,
      caller: { userId: change.principalId },
      sourceIp: change.sourceIp,
      requestId: change.requestId,
      hostId: change.hostId,
      traceHeader: undefined,
      // As long ago on the clock of this simulator as it is in real time.
      atMs: clock.nowMs() - Math.max(0, realClock.nowMs() - change.happenedAtMs),
    };
    const version = { key, size, etag, versionId };
    if (name === 'ObjectRemoved:Delete') await changes.removed(bucket, key, versionId, context);
    else if (name === 'ObjectRemoved:DeleteMarkerCreated') await changes.markerCreated(bucket, version, context);
    else await changes.created(name, bucket, version, context);
  };
}
