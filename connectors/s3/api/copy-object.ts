import type { CopyObjectOutput, CopyObjectRequest } from '@aws-sdk/client-s3';
import type { Operation, RequestContext } from '../../../src/core/operation.ts';
import type { Bucket } from '../bucket/buckets.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, DEFAULT_ALGORITHM } from '../checksum/checksum.ts';
import { digested } from '../checksum/received-body.ts';
import { invalidArgument, invalidRequest, noSuchKey } from '../errors.ts';
import { type CopySource, copiedVersion, openCopySource } from '../object/copy-source.ts';
import { encryptionMembers, etagOf } from '../object/encryption.ts';
import { checksumAnswer, newObjectFacts } from '../object/new-object.ts';
import { attributesOf, factsOf, lastModified, type ObjectFacts, quoted } from '../object/object-facts.ts';
import { checkExpectation, writeExpectation, writeRefused } from '../object/precondition.ts';
import { shownHeaders } from '../object/shown-headers.ts';
import { shownVersion, versioningOf } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

const MAX_COPY_BYTES = 5 * 2 ** 30;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const copyObject: Operation<S3, CopyObjectRequest, CopyObjectOutput> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const { Key: key = '' } = input;
  const source = await openCopySource(s3, input, context);
  const facts = copiedFacts(s3, bucket, source, input, context);
  checkChange(bucket, source, input, facts);
  const expect = writeExpectation(input);
  if (expect) checkExpectation(expect, key, await s3.objects.get(bucket.name, key));
  const read = await s3.objects.read(source.version);
  if (!read) throw noSuchKey(source.version.key);
  const algorithm = algorithmOf(input.ChecksumAlgorithm, source);
  const body = digested(read, [algorithm]);
  const outcome = await s3.objects.put(bucket.name, key, body.stream, {
    versioning: versioningOf(bucket),
    expect,
    size: source.version.size,
    headers: shownHeaders(facts.headers),
    finish: ({ md5 }) => ({
      etag: etagOf(md5, facts.encryption, s3.random),
      attributes: attributesOf({
        ...facts,
        checksum: { algorithm, value: body.checksums()[algorithm], type: 'FULL_OBJECT' },
      }),
    }),
  });
  if (outcome.kind === 'gone' || (outcome.kind === 'refused' && !expect)) throw noSuchKey(key);
  if (outcome.kind === 'refused') throw writeRefused(expect ?? { kind: 'absent' }, key, outcome.current);
  const { version } = outcome;
  await s3.changes.created('ObjectCreated:Copy', bucket, version, context);
  const { checksum } = factsOf(version);
  return {
    CopyObjectResult: {
      ETag: quoted(version.etag),
      LastModified: lastModified(version),
      ...(checksum ? checksumAnswer(checksum.algorithm, checksum.value, checksum.type) : {}),
    },
    ...copiedVersion(source.version),
    ...shownVersion(bucket, version),
    ...encryptionMembers(facts.encryption),
  };
};

/** Headers and tags come from the source unless they are replaced; class, ACL, lock and encryption never do. */
function copiedFacts(
  s3: S3,
  bucket: Bucket,
  { version }: CopySource,
  input: CopyObjectRequest,
  context: RequestContext,
): ObjectFacts {
  const replacesHeaders = replaces(input.MetadataDirective, 'metadata');
  const replacesTags = replaces(input.TaggingDirective, 'tagging');
  const given = newObjectFacts(s3, bucket, { ...input, Tagging: replacesTags ? input.Tagging : undefined }, context);
  const source = factsOf(version);
  return {
    ...given,
    headers: replacesHeaders ? given.headers : { ...source.headers, websiteRedirect: input.WebsiteRedirectLocation },
    tags: replacesTags ? given.tags : source.tags,
  };
}

function replaces(directive: string | undefined, what: 'metadata' | 'tagging'): boolean {
  if (directive === undefined || directive === 'COPY') return false;
  if (directive === 'REPLACE') return true;
  throw invalidArgument(`Unknown ${what} directive.`, {
    ArgumentName: `x-amz-${what}-directive`,
    ArgumentValue: directive,
  });
}

/** An object may be copied onto itself only to change something that cannot be changed otherwise. */
function checkChange(bucket: Bucket, source: CopySource, input: CopyObjectRequest, facts: ObjectFacts): void {
  if (source.version.size > MAX_COPY_BYTES) {
    throw invalidRequest(
      `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_COPY_BYTES}`,
    );
  }
  const isSelf = source.bucket.name === bucket.name && source.version.key === input.Key && !source.isVersionNamed;
  const { encryption } = factsOf(source.version);
  const changes =
    input.MetadataDirective === 'REPLACE' ||
    input.StorageClass !== undefined ||
    input.WebsiteRedirectLocation !== undefined ||
    input.ServerSideEncryption !== undefined ||
    bucket.encryption !== undefined ||
    encryption.algorithm !== facts.encryption.algorithm ||
    encryption.customerKeyMd5 !== facts.encryption.customerKeyMd5;
  if (!isSelf || changes) return;
  throw invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

function algorithmOf(asked: string | undefined, { version }: CopySource): ChecksumAlgorithm {
  const known = CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === asked);
  if (asked !== undefined && !known) {
    throw invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  }
  return known ?? factsOf(version).checksum?.algorithm ?? DEFAULT_ALGORITHM;
}
