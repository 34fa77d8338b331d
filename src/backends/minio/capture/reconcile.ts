import type { ForeignChange } from '../../../core/records/s3-event.ts';
import type { Listings } from '../object-store/listing.ts';
import type { ObjectRecords } from '../object-store/records.ts';
import { NULL_VERSION, shownVersionId } from '../object-store/version-id.ts';
import type { StoredObject } from '../object-store/versions.ts';
import { WRITE_ID_HEADER } from '../own-writes.ts';
import type { Progress } from './progress.ts';

/** Where it is looked for. */
export interface Searching {
  readonly listings: Listings;
  readonly records: ObjectRecords;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Finds what others created in these buckets and nobody was told of. What was removed leaves no trace, and of what was
 * written twice without versions only the last is there: neither can be found.
 */
export async function* missedCreations(
  { listings, records, progress, signal }: Searching,
  buckets: readonly string[],
): AsyncGenerator<ForeignChange> {
  const sinceMs = await progress.toldUntil();
  if (sinceMs === undefined) return;
  for (const bucket of buckets) {
    for await (const page of listings.stored(bucket)) {
      if (signal.aborted) return;
      for (const stored of page) {
        const { modifiedAtMs = 0, deleteMarker, headers } = stored;
        if (deleteMarker || modifiedAtMs <= sinceMs) continue;
        // A copy that others made of one of ours has its metadata, but no record.
        const id = headers[WRITE_ID_HEADER];
        if (id !== undefined && (await records.get({ bucket, key: stored.key, id }))) continue;
        const change = creation(stored, modifiedAtMs);
        if (!(await progress.isTold({ ...change, modifiedAtMs }))) yield change;
      }
    }
  }
}

/** As MinIO would have told of it, had it been heard; a copy looks like a put afterwards. */
function creation({ bucket, key, versionId, size, etag }: StoredObject, modifiedAtMs: number): ForeignChange {
  const shown = shownVersionId(versionId);
  return {
    name: etag.includes('-') ? 'ObjectCreated:CompleteMultipartUpload' : 'ObjectCreated:Put',
    ...{ bucket, key, size, etag, modifiedAtMs },
    versionId: shown === NULL_VERSION ? undefined : shown,
    happenedAtMs: modifiedAtMs,
    principalId: '',
    sourceIp: '',
    requestId: '',
    hostId: '',
  };
}
