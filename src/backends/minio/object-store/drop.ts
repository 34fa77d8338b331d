import type { MinioLink } from '../link.ts';
import type { Listings } from './listing.ts';
import type { ObjectRecords } from './records.ts';
import { recordId } from './versions.ts';

/** What dropping needs. */
interface Dropping {
  readonly minio: MinioLink;
  readonly listings: Listings;
  readonly records: ObjectRecords;
}

/** Removes all versions of a bucket, what is recorded of them, and the bucket. */
export async function dropBucket({ minio, listings, records }: Dropping, bucket: string): Promise<void> {
  // What lies below the key of an object is listed only once that is gone. What MinIO does not let go is found again.
  for (let last: string | undefined; ; ) {
    const first = await dropListed({ minio, listings, records }, bucket);
    if (first === last) break;
    last = first;
  }
  await (await minio.send({ method: 'DELETE', bucket })).text();
  for await (const left of records.list(bucket)) {
    await Promise.all(left.map(({ id, record }) => records.remove({ bucket, key: record.key, id })));
  }
}

/** Answers which version was the first in the listing. */
async function dropListed({ minio, listings, records }: Dropping, bucket: string): Promise<string | undefined> {
  let first: string | undefined;
  for await (const stored of listings.stored(bucket)) {
    if (stored.length === 0) break;
    first ??= `${stored[0]?.key}?${stored[0]?.versionId}`;
    const doomed = stored.map(({ key, versionId }) => ({ name: key, versionId }));
    await minio.use((client) => client.removeObjects(bucket, doomed));
    await Promise.all(stored.map((each) => records.remove({ bucket, key: each.key, id: recordId(each) })));
  }
  return first;
}
