import { createHmac } from 'node:crypto';
import type { SignatureV2 } from './signature.ts';
import type { SignedRequest } from './sigv4.ts';

/** Parameters that belong to the resource; https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html */
const SUBRESOURCES = new Set(
  (
    'accelerate acl analytics cors delete encryption inventory lifecycle location logging metrics notification ' +
    'object-lock legal-hold retention partNumber policy policyStatus publicAccessBlock ownershipControls replication ' +
    'requestPayment restore select select-type tagging torrent uploadId uploads versionId versioning versions website ' +
    'response-cache-control response-content-disposition response-content-encoding response-content-language ' +
    'response-content-type response-expires'
  ).split(' '),
);

/** The text that S3's former signature covers. */
export function stringToSignV2(
  request: SignedRequest,
  signature: SignatureV2,
  { bucket, query }: { readonly bucket: string | undefined; readonly query: URLSearchParams },
): string {
  const { headers, method, path } = request;
  const presigned = signature.expiresAtSeconds !== undefined;
  const date = presigned ? query.get('Expires') : headers['x-amz-date'] ? '' : headers['date'];
  return [
    method,
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    date ?? '',
    `${amazonHeaders(headers, query)}${bucket ? `/${bucket}` : ''}${path}${subresources(query)}`,
  ].join('\n');
}

/** Signs a text as version 2 does. */
export const signTextV2 = (secret: string, text: string) => createHmac('sha1', secret).update(text).digest('base64');

/** A presigned URL carries the session token, and any other such header, as a parameter. */
function amazonHeaders(headers: SignedRequest['headers'], query: URLSearchParams): string {
  const found = new Map<string, string>();
  for (const name in headers) if (name.startsWith('x-amz-')) found.set(name, (headers[name] ?? '').trim());
  for (const [name, value] of query) if (name.startsWith('x-amz-')) found.set(name, value.trim());
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
}

function subresources(query: URLSearchParams): string {
  const parts = [...query]
    .filter(([name]) => SUBRESOURCES.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}
