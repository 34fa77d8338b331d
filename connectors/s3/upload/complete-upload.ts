import { createHash } from 'node:crypto';
import type { CompletedPart, CompleteMultipartUploadRequest } from '@aws-sdk/client-s3';
import type { Upload, UploadPart } from '../../../src/core/ports/object-store.ts';
import {
  type ChecksumMembers,
  checksumMember,
  compositeChecksum,
  fullObjectChecksum,
  givenChecksums,
  type StoredChecksum,
} from '../checksum/checksum.ts';
import { badChecksum } from '../checksum/received-body.ts';
import { invalidRequest, malformedXml, refusal } from '../errors.ts';
import { unquoted } from '../object/object-facts.ts';
import { algorithmOf, partFactsOf, type UploadFacts } from './upload-facts.ts';

const MIN_PART_BYTES = 5 * 2 ** 20;

/** The parts that a completion names, if they are there and fit together. */
export function completedParts(
  upload: Upload,
  facts: UploadFacts,
  stored: readonly UploadPart[],
  { MultipartUpload: given }: CompleteMultipartUploadRequest,
): readonly UploadPart[] {
  if (given === undefined) throw invalidRequest('You must specify at least one part');
  const named = given.Parts ?? [];
  if (named.length === 0) throw malformedXml();
  checkOrder(named, upload);
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const parts = named.map((part) => matchingPart(part, byNumber.get(part.PartNumber ?? 0), upload, facts));
  if (facts.checksumType === 'COMPOSITE') checkPartChecksums(named, facts);
  for (const part of parts.slice(0, -1)) checkSize(part);
  return parts;
}

function checkOrder(named: readonly CompletedPart[], { id }: Upload): void {
  const numbers = named.map(({ PartNumber }) => PartNumber ?? 0);
  if (numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0))) return;
  throw refusal(
    400,
    'InvalidPartOrder',
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
    { UploadId: id },
  );
}

/** The ETag must be the part's, and so must every checksum that is given with it. */
function matchingPart(
  named: CompletedPart,
  part: UploadPart | undefined,
  { id }: Upload,
  { checksumAlgorithm }: UploadFacts,
): UploadPart {
  const etag = unquoted(named.ETag ?? '');
  const fits =
    part?.etag === etag &&
    givenChecksums(named as ChecksumMembers).every(
      ({ algorithm, value }) => algorithm === checksumAlgorithm && partFactsOf(part).checksums[algorithm] === value,
    );
  if (part && fits) return part;
  throw refusal(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId: id, PartNumber: String(named.PartNumber ?? ''), ETag: etag },
  );
}

function checkPartChecksums(named: readonly CompletedPart[], facts: UploadFacts): void {
  const algorithm = algorithmOf(facts);
  const without = named.find((part) => part[checksumMember(algorithm)] === undefined);
  if (!without) return;
  throw invalidRequest(
    `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${without.PartNumber} in the request.`,
  );
}

function checkSize(part: UploadPart): void {
  if (part.size >= MIN_PART_BYTES) return;
  throw refusal(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: String(part.size),
    MinSizeAllowed: String(MIN_PART_BYTES),
    PartNumber: String(part.number),
    ETag: part.etag,
  });
}

/** The checksum of the object, which must be what the client says, where it says it in the upload's own algorithm. */
export function completedChecksum(
  facts: UploadFacts,
  parts: readonly UploadPart[],
  input: CompleteMultipartUploadRequest,
): { readonly checksum: StoredChecksum; readonly partChecksums?: readonly string[] } {
  if (input.ChecksumType !== undefined && input.ChecksumType !== facts.checksumType) {
    throw invalidRequest(
      `The upload was created using the ${facts.checksumType ?? 'null'} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  const algorithm = algorithmOf(facts);
  const values = parts.map((part) => partFactsOf(part).checksums[algorithm] ?? '');
  const isComposite = facts.checksumType === 'COMPOSITE';
  const full = parts.map(({ size }, at) => ({ size, value: values[at] ?? '' }));
  const value = isComposite ? compositeChecksum(algorithm, values) : (fullObjectChecksum(algorithm, full) ?? '');
  const expected = facts.checksumAlgorithm && input[checksumMember(algorithm)];
  if (expected !== undefined && expected.replace(/-\d+$/, '') !== value) throw badChecksum(algorithm);
  return {
    checksum: { algorithm, value, type: isComposite ? 'COMPOSITE' : 'FULL_OBJECT' },
    ...(isComposite ? { partChecksums: values } : {}),
  };
}

/** The MD5 of the parts' MD5s, with their number. */
export function multipartEtag(parts: readonly UploadPart[]): string {
  const digest = createHash('md5');
  for (const { etag } of parts) digest.update(Buffer.from(etag, 'hex'));
  return `${digest.digest('hex')}-${parts.length}`;
}
