import type {
  GetObjectAttributesOutput,
  GetObjectAttributesParts,
  GetObjectAttributesRequest,
} from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import type { ObjectVersion } from '../../../src/core/ports/object-store.ts';
import { checksumMember } from '../checksum/checksum.ts';
import { invalidArgument } from '../errors.ts';
import { checkCustomerKey } from '../object/encryption.ts';
import { checksumAnswer } from '../object/new-object.ts';
import { factsOf, lastModified } from '../object/object-facts.ts';
import { findObject, shownVersion } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

const ATTRIBUTES = new Set<string>(['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']);
const MAX_PARTS = 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export const getObjectAttributes: Operation<S3, GetObjectAttributesRequest, GetObjectAttributesOutput> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  const version = await findObject(s3, bucket, input, 'GET');
  const facts = factsOf(version);
  checkCustomerKey(facts.encryption, input);
  const asked = new Set<string>(input.ObjectAttributes ?? []);
  if (asked.size === 0 || [...asked].some((name) => !ATTRIBUTES.has(name))) {
    throw invalidArgument('Invalid attribute name specified.', { ArgumentName: 'x-amz-object-attributes' });
  }
  const { checksum } = facts;
  const parts = asked.has('ObjectParts') ? partsOf(version, input) : undefined;
  return {
    LastModified: lastModified(version),
    ...shownVersion(bucket, version),
    ...(asked.has('ETag') ? { ETag: version.etag } : {}),
    ...(asked.has('Checksum') && checksum
      ? { Checksum: checksumAnswer(checksum.algorithm, checksum.value, checksum.type) }
      : {}),
    ...(parts ? { ObjectParts: parts } : {}),
    ...(asked.has('StorageClass') ? { StorageClass: facts.storageClass } : {}),
    ...(asked.has('ObjectSize') ? { ObjectSize: version.size } : {}),
  };
};

/** Parts are listed one by one only where each has a checksum of its own. */
function partsOf(version: ObjectVersion, input: GetObjectAttributesRequest): GetObjectAttributesParts | undefined {
  const { partSizes } = version;
  const { checksum, partChecksums } = factsOf(version);
  if (!partSizes) return undefined;
  if (!checksum || !partChecksums) return { TotalPartsCount: partSizes.length };
  const marker = Number(input.PartNumberMarker ?? 0);
  const limit = Math.min(input.MaxParts ?? MAX_PARTS, MAX_PARTS);
  const shown = partSizes.slice(marker, marker + limit);
  return {
    TotalPartsCount: partSizes.length,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(marker + shown.length),
    MaxParts: limit,
    IsTruncated: marker + shown.length < partSizes.length,
    Parts: shown.map((Size, index) => ({
      PartNumber: marker + index + 1,
      Size,
      [checksumMember(checksum.algorithm)]: partChecksums[marker + index],
    })),
  };
}
