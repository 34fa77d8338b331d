import type { ChecksumType } from '@aws-sdk/client-s3';
import type { Upload, UploadPart } from '../../../src/core/ports/object-store.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, DEFAULT_ALGORITHM } from '../checksum/checksum.ts';
import type { Checksums } from '../checksum/received-body.ts';
import { invalidArgument, invalidRequest, noSuchUpload } from '../errors.ts';
import type { ObjectFacts } from '../object/object-facts.ts';
import type { S3 } from '../service.ts';

/** What this connector keeps with an upload: the object to be, and how its checksum will be made. */
export interface UploadFacts extends Omit<ObjectFacts, 'checksum'> {
  /** Absent when the client named none; then the default is computed. */
  readonly checksumAlgorithm?: ChecksumAlgorithm | undefined;
  readonly checksumType?: ChecksumType | undefined;
  /** ARN of who began it. */
  readonly initiator: string;
}

/** What it keeps with a part. */
export interface PartFacts {
  readonly checksums: Checksums;
}

/** What was kept with an upload. */
export const uploadFactsOf = (upload: Upload): UploadFacts => upload.attributes as unknown as UploadFacts;
/** What was kept with a part. */
export const partFactsOf = (part: UploadPart): PartFacts => part.attributes as unknown as PartFacts;

/** The algorithm whose checksum every part has. */
export const algorithmOf = ({ checksumAlgorithm }: UploadFacts): ChecksumAlgorithm =>
  checksumAlgorithm ?? DEFAULT_ALGORITHM;

/** How requests name an upload. */
export interface UploadTarget {
  readonly Key?: string | undefined;
  readonly UploadId?: string | undefined;
}

/** The upload that a request names, or the refusal that there is none. */
export async function findUpload(s3: S3, bucket: string, { Key = '', UploadId = '' }: UploadTarget): Promise<Upload> {
  const upload = await s3.objects.upload(bucket, Key, UploadId);
  if (!upload) throw noSuchUpload(UploadId);
  return upload;
}

/** Refuses what is no part number. */
export function checkPartNumber(number: number | undefined): number {
  if (number !== undefined && Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', {
    ArgumentName: 'partNumber',
    ArgumentValue: String(number),
  });
}

/** Which kind of checksum an upload will have (docs: checking-object-integrity-upload.html). */
export function uploadChecksum(
  algorithm: string | undefined,
  type: string | undefined,
): Pick<UploadFacts, 'checksumAlgorithm' | 'checksumType'> {
  if (algorithm === undefined) {
    if (type === undefined) return {};
    throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
  }
  const checksumAlgorithm = CHECKSUM_ALGORITHMS.find((known) => known === algorithm.toUpperCase());
  if (!checksumAlgorithm) {
    throw invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  }
  if (type !== undefined && type !== 'COMPOSITE' && type !== 'FULL_OBJECT') {
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.');
  }
  const onlyFull = checksumAlgorithm === 'CRC64NVME';
  const onlyComposite = checksumAlgorithm.startsWith('SHA');
  if ((onlyFull && type === 'COMPOSITE') || (onlyComposite && type === 'FULL_OBJECT')) {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { checksumAlgorithm, checksumType: type ?? (onlyFull ? 'FULL_OBJECT' : 'COMPOSITE') };
}
