import type { MinioLink } from '../link.ts';
import type { Listings } from './listing.ts';
import type { ObjectRecords } from './records.ts';
import { recordId } from './versions.ts';

/** Removes all versions of a bucket, what is recorded of them, and the bucket. */
export async function dropBucket(
  minio: MinioLink,
  bucket: string,
  { listings, records }: { readonly listings: Listings; readonly records: ObjectRecords },
): Promise<void> {
  for await (const stored of listings.stored(bucket)) {
    if (stored.length === 0) break;
    const doomed = stored.map(({ key, versionId }) => ({ name: key, versionId }));
    await minio.use((client) => client.removeObjects(bucket, doomed));
    await Promise.all(stored.map((each) => records.remove({ bucket, key: each.key, id: recordId(each) })));
  }
  await (await minio.send({ method: 'DELETE', bucket })).text();
  for (const { id, record } of await records.list(bucket)) await records.remove({ bucket, key: record.key, id });
}
