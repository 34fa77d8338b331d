import type { HeadObjectOutput } from '@aws-sdk/client-s3';
import type { HttpOverride } from '../../../src/core/operation.ts';
import { http } from '../../../src/core/operation.ts';
import type { ByteRange, ObjectVersion } from '../../../src/core/ports/object-store.ts';
import type { Bucket } from '../bucket/buckets.ts';
import { expirationOf } from '../bucket/lifecycle.ts';
import { checksumMember } from '../checksum/checksum.ts';
import { invalidArgument } from '../errors.ts';
import { encryptionMembers } from './encryption.ts';
import { encodeMetadata } from './metadata-encoding.ts';
import { factsOf, lastModified, type ObjectFacts, quoted } from './object-facts.ts';
import { lockMembers } from './object-lock.ts';
import { shownVersion } from './version-lookup.ts';

/** What a request for an object may ask of its answer. */
export interface AnswerInput {
  readonly ChecksumMode?: string | undefined;
  readonly PartNumber?: number | undefined;
  readonly ResponseCacheControl?: string | undefined;
  readonly ResponseContentDisposition?: string | undefined;
  readonly ResponseContentEncoding?: string | undefined;
  readonly ResponseContentLanguage?: string | undefined;
  readonly ResponseContentType?: string | undefined;
  readonly ResponseExpires?: Date | string | undefined;
}

/** What GetObject and HeadObject say of an object: all but its bytes. */
export function objectAnswer(
  bucket: Bucket,
  version: ObjectVersion,
  input: AnswerInput,
  range: ByteRange | undefined,
): HeadObjectOutput & HttpOverride {
  const facts = factsOf(version);
  const { size } = version;
  return {
    AcceptRanges: 'bytes',
    LastModified: lastModified(version),
    ContentLength: range ? range.last - range.first + 1 : size,
    ...(range ? { ContentRange: `bytes ${range.first}-${range.last}/${size}` } : {}),
    ETag: quoted(version.etag),
    ...shownVersion(bucket, version),
    ...headerMembers(facts, input),
    Metadata: Object.fromEntries(
      Object.entries(facts.headers.metadata).map(([name, value]) => [name, encodeMetadata(value)]),
    ),
    ...encryptionMembers(facts.encryption),
    ...(facts.storageClass === 'STANDARD' ? {} : { StorageClass: facts.storageClass }),
    ...(facts.tags.length > 0 ? { TagCount: facts.tags.length } : {}),
    ...(input.PartNumber !== undefined && version.partSizes ? { PartsCount: version.partSizes.length } : {}),
    ...(input.ChecksumMode?.toUpperCase() === 'ENABLED' ? checksumMembers(facts, version, input, range) : {}),
    ...expirationOf(bucket, version),
    ...lockMembers(facts.lock),
    ...overrides(facts, input, range),
  };
}

function headerMembers({ headers }: ObjectFacts, input: AnswerInput) {
  const shown = {
    ContentType: input.ResponseContentType ?? headers.contentType,
    CacheControl: input.ResponseCacheControl ?? headers.cacheControl,
    ContentDisposition: input.ResponseContentDisposition ?? headers.contentDisposition,
    ContentEncoding: input.ResponseContentEncoding ?? headers.contentEncoding,
    ContentLanguage: input.ResponseContentLanguage ?? headers.contentLanguage,
    WebsiteRedirectLocation: headers.websiteRedirect,
  };
  const named = {
    'response-cache-control': shown.CacheControl,
    'response-content-disposition': shown.ContentDisposition,
    'response-content-encoding': shown.ContentEncoding,
    'response-content-language': shown.ContentLanguage,
    'response-content-type': shown.ContentType,
  };
  for (const [ArgumentName, ArgumentValue] of Object.entries(named)) {
    if (ArgumentValue === undefined || !/[^ -\u00ff\t]/.test(ArgumentValue)) continue;
    throw invalidArgument('Header value cannot be represented using ISO-8859-1.', { ArgumentName, ArgumentValue });
  }
  return shown;
}

/** The status of a partial answer, and `Expires`, which is kept as text and need not be a date. */
function overrides({ headers }: ObjectFacts, input: AnswerInput, range: ByteRange | undefined): HttpOverride {
  const { ResponseExpires: asked } = input;
  const expires = asked instanceof Date ? asked.toUTCString() : (asked ?? headers.expires);
  if (!range && expires === undefined) return {};
  return {
    [http]: { ...(range ? { status: 206 } : {}), ...(expires === undefined ? {} : { headers: { expires } }) },
  };
}

/** A checksum is shown with the bytes that it is of: the whole object, or a part of a composite one. */
function checksumMembers(
  { checksum, partChecksums }: ObjectFacts,
  { size, partSizes }: ObjectVersion,
  { PartNumber }: AnswerInput,
  range: ByteRange | undefined,
) {
  if (!checksum) return {};
  const member = checksumMember(checksum.algorithm);
  const type = { ChecksumType: checksum.type };
  const part = PartNumber === undefined ? undefined : partChecksums?.[PartNumber - 1];
  if (checksum.type === 'COMPOSITE') {
    if (part !== undefined) return { [member]: part, ...type };
    return range ? {} : { [member]: `${checksum.value}-${partSizes?.length ?? 1}`, ...type };
  }
  const isWhole = !range || (PartNumber !== undefined && range.last - range.first + 1 === size);
  return isWhole ? { [member]: checksum.value, ...type } : {};
}
