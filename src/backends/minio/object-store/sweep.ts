import { HOUR, MINUTE, realClock, sleep } from '../../../core/clock.ts';
import { BackendUnavailable } from '../../../core/errors.ts';
import type { Leases } from '../../../core/ports/leases.ts';
import { untilDone } from '../../../core/waiting/until-done.ts';
import type { MinioLink } from '../link.ts';
import type { Listings } from './listing.ts';
import type { ObjectRecords, StoredRecord } from './records.ts';
import { sweepUploads } from './upload/sweep-uploads.ts';
import type { UploadRecords } from './upload/upload-records.ts';
import { recordId, type Versions } from './versions.ts';

/** What sweeping needs. */
export interface Sweeping {
  readonly minio: MinioLink;
  readonly listings: Listings;
  readonly versions: Versions;
  readonly records: ObjectRecords;
  readonly uploads: UploadRecords;
}

/** Under this lease one process of a namespace sweeps. */
const LEASE = 'object-records';
const FIRST_AFTER_MS = 5 * MINUTE;
const EVERY_MS = HOUR;
/** A record is written before its object can be seen, by no more than this. */
const UNDER_WAY_MS = 10 * MINUTE;

/**
 * Removes what is recorded of objects that are no more: a process was killed between the record and the object, two wrote
 * one key at once, or others replaced or removed the object in MinIO. So records stay about as many as objects.
 */
export async function sweepBucket(
  { minio, listings, versions, records, uploads }: Sweeping,
  bucket: string,
  nowMs: number = realClock.nowMs(),
): Promise<void> {
  await sweepUploads(minio, uploads, bucket);
  const present = new Set<string>();
  for await (const page of listings.stored(bucket)) for (const each of page) present.add(recordId(each));
  /** A listing alone is not believed: it leaves out what lies below the key of another object, and what is removed is lost. */
  const isInUse = async ({ id, record: { key } }: StoredRecord) => {
    const newest = await versions.find(bucket, key);
    const listed = await listings.storedAs(bucket, key);
    const isListed = listed.some(({ versionId }) => versionId === newest?.stored.versionId);
    return (
      (newest !== undefined && !isListed) || [newest?.stored, ...listed].some((each) => each && recordId(each) === id)
    );
  };
  for await (const some of records.list(bucket)) {
    for (const each of some) {
      if (present.has(each.id) || each.writtenAtMs > nowMs - UNDER_WAY_MS || (await isInUse(each))) continue;
      await records.remove({ bucket, key: each.record.key, id: each.id });
    }
  }
}

/** Sweeps all buckets now and then, until the signal is aborted; what fails is left for the next time. */
export async function sweepAlways(
  sweeping: Sweeping,
  around: {
    readonly leases: Leases;
    readonly buckets: () => Promise<readonly string[]>;
    readonly told: (what: string, isFault: boolean) => void;
  },
  signal: AbortSignal,
): Promise<void> {
  const wait = (ms: number) => sleep(realClock, ms, signal).catch(() => {});
  for (await wait(FIRST_AFTER_MS); !signal.aborted; await wait(EVERY_MS)) {
    try {
      await using lease = await untilDone(() => around.leases.hold(LEASE, signal), signal);
      for (const bucket of lease ? await around.buckets() : []) {
        if (signal.aborted || lease?.lost.aborted) break;
        await sweepBucket(sweeping, bucket);
      }
    } catch (error) {
      if (error instanceof BackendUnavailable || signal.aborted) continue;
      around.told(`records of objects were not looked through: ${(error as Error).message}`, true);
    }
  }
}
