import { hash } from 'node:crypto';

/** The hashes of partitions are whole numbers of 32 bits. */
export const PARTITION_HASHES = 2 ** 32;

/** The order in which AWS scans, as far as it shows: dynalite (Apache-2.0) found out that it is this hash's. */
export function partitionHash(partition: string): number {
  return hash('md5', Buffer.from(`Outliers${partition}`, 'latin1'), 'buffer').readUInt32BE(0);
}

/** The first hash of a share of a scan, and the first behind it. */
export function segmentHashes({ number, total }: { readonly number: number; readonly total: number }): {
  readonly from: number;
  readonly to: number;
} {
  const edge = (position: number) => Math.ceil((position / total) * PARTITION_HASHES);
  return { from: edge(number), to: edge(number + 1) };
}
