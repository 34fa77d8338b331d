import type { RequestContext } from '../../../src/core/operation.ts';
import { refusal } from '../errors.ts';
import { decodeMetadata } from './metadata-encoding.ts';

/** Headers that are kept with an object and given back as they were. */
export interface ObjectHeaders {
  readonly contentType: string;
  readonly cacheControl?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly expires?: string | undefined;
  readonly websiteRedirect?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The members of a request that become headers of the object. */
export interface HeadersInput {
  readonly ContentType?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
}

/** Of an object whose sender named none. */
export const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';
/** Names and values together (docs: UsingMetadata.html). */
const MAX_METADATA_BYTES = 2048;

/** The headers of a request that creates an object. `Expires` is kept as text, since it need not be a date. */
export function headersOf(input: HeadersInput, { headers }: Pick<RequestContext, 'headers'>): ObjectHeaders {
  return {
    contentType: input.ContentType || DEFAULT_CONTENT_TYPE,
    cacheControl: input.CacheControl,
    contentDisposition: input.ContentDisposition,
    contentEncoding: withoutChunking(input.ContentEncoding),
    contentLanguage: input.ContentLanguage,
    expires: headers['expires'],
    websiteRedirect: input.WebsiteRedirectLocation,
    metadata: metadataOf(input.Metadata ?? {}),
  };
}

function metadataOf(given: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(given).map(([name, value]) => [name.toLowerCase(), decodeMetadata(value)] as const);
  const size = entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (size > MAX_METADATA_BYTES) {
    throw refusal(400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: String(size),
      MaxSizeAllowed: String(MAX_METADATA_BYTES),
    });
  }
  return Object.fromEntries(entries);
}

/** `aws-chunked` describes the transfer and is not kept. */
function withoutChunking(encoding: string | undefined): string | undefined {
  const kept = encoding?.split(',').filter((name) => name.trim().toLowerCase() !== 'aws-chunked');
  return kept?.length ? kept.join(',').trim() : undefined;
}
