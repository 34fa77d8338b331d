import type { ForeignObject, ShownHeaders } from '../../../src/core/ports/object-store.ts';
import { decodeMetadata, encodeMetadata } from './metadata-encoding.ts';
import type { ObjectFacts, ObjectHeaders } from './object-facts.ts';

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

/** What holds of an object that came to the store from elsewhere: what the store shows, and S3's defaults. */
export function foreignFacts({ headers, tags }: ForeignObject): ObjectFacts {
  const metadata = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(METADATA) ? [[name.slice(METADATA.length), decodeMetadata(value)]] : [],
  );
  return {
    headers: {
      contentType: headers['content-type'] ?? 'binary/octet-stream',
      cacheControl: headers['cache-control'],
      contentDisposition: headers['content-disposition'],
      contentEncoding: headers['content-encoding'],
      contentLanguage: headers['content-language'],
      expires: headers['expires'],
      metadata: Object.fromEntries(metadata),
    },
    storageClass: 'STANDARD',
    encryption: { algorithm: 'AES256' },
    tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}
