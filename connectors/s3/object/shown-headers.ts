import type { ShownHeaders } from '../../../src/core/ports/object-store.ts';
import { decodeMetadata, encodeMetadata } from './metadata-encoding.ts';
import { DEFAULT_CONTENT_TYPE, type ObjectHeaders } from './object-headers.ts';

const METADATA = 'x-amz-meta-';

/** The headers by which clients that read the store itself see an object. */
export function shownHeaders(headers: ObjectHeaders): ShownHeaders {
  const { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, expires, metadata } =
    headers;
  const shown = [
    ['content-type', contentType],
    ['cache-control', cacheControl],
    ['content-disposition', contentDisposition],
    ['content-encoding', contentEncoding],
    ['content-language', contentLanguage],
    ['expires', expires],
    ...Object.entries(metadata).map(([name, value]) => [METADATA + name, encodeMetadata(value)]),
  ];
  return Object.fromEntries(shown.filter(([, value]) => value !== undefined));
}

/** The headers of an object that a client put into the store itself. */
export function headersShown(headers: ShownHeaders): ObjectHeaders {
  const metadata = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(METADATA) ? [[name.slice(METADATA.length), decodeMetadata(value)]] : [],
  );
  return {
    contentType: headers['content-type'] ?? DEFAULT_CONTENT_TYPE,
    cacheControl: headers['cache-control'],
    contentDisposition: headers['content-disposition'],
    contentEncoding: headers['content-encoding'],
    contentLanguage: headers['content-language'],
    expires: headers['expires'],
    metadata: Object.fromEntries(metadata),
  };
}
