import type { CommonPrefix, _Object as ListedObject, Owner } from '@aws-sdk/client-s3';
import type { ListEntry, ListQuery } from '../../../src/core/ports/object-store.ts';
import type { Bucket } from '../bucket/buckets.ts';
import { ownerOf } from '../bucket/owner.ts';
import { factsOf, lastModified, quoted } from '../object/object-facts.ts';
import type { S3 } from '../service.ts';

/** A page of a listing, and where the next begins. */
export interface ObjectPage {
  readonly entries: readonly ListEntry[];
  /** The key or common prefix behind which the next page begins; absent on the last. */
  readonly next: string | undefined;
}

/** Lists objects. */
export async function objectPage(s3: S3, bucket: Bucket, query: ListQuery): Promise<ObjectPage> {
  const { entries, truncated } = await s3.objects.list(bucket.name, query);
  const last = entries.at(-1);
  return { entries, next: truncated && last ? nameOf(last) : undefined };
}

/** The key or common prefix by which an entry stands in the order. */
export const nameOf = (entry: ListEntry): string => (entry.kind === 'prefix' ? entry.prefix : entry.version.key);

/** The objects on a page, as listings show them. */
export function contentsOf(
  entries: readonly ListEntry[],
  write: (key: string) => string,
  owner: string | undefined,
): ListedObject[] {
  const Owner: Owner | undefined = owner === undefined ? undefined : ownerOf(owner);
  return entries.flatMap((entry) => {
    if (entry.kind === 'prefix') return [];
    const { version } = entry;
    const { checksum, storageClass } = factsOf(version);
    return {
      Key: write(version.key),
      LastModified: lastModified(version),
      ETag: quoted(version.etag),
      ...(checksum ? { ChecksumAlgorithm: [checksum.algorithm], ChecksumType: checksum.type } : {}),
      Size: version.size,
      StorageClass: storageClass,
      ...(Owner ? { Owner } : {}),
    };
  });
}

/** The common prefixes on a page. */
export const commonPrefixesOf = (entries: readonly ListEntry[], write: (key: string) => string): CommonPrefix[] =>
  entries.flatMap((entry) => (entry.kind === 'prefix' ? { Prefix: write(entry.prefix) } : []));
