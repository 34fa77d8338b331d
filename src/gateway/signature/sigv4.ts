import { createHash, createHmac } from 'node:crypto';
import type { SignatureV4 } from './signature.ts';

/** The request as it was on the wire. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** What a signature is computed over: S3 shows both when it refuses. */
export interface SigningTexts {
  readonly canonicalRequest: string;
  readonly stringToSign: string;
}

/** SHA-256 of nothing, in hex. */
export const EMPTY_SHA256 = createHash('sha256').digest('hex');

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

const MAX_KEYS = 100;
const keys = new Map<string, Buffer>();

/** The key for a scope such as `20260101/us-east-1/s3/aws4_request`; kept, because it serves for a day. */
export function signingKey(secret: string, scope: string): Buffer {
  const name = `${secret}/${scope}`;
  let key = keys.get(name);
  if (!key) {
    key = scope.split('/').reduce<Buffer | string>((each, part) => hmac(each, part), `AWS4${secret}`) as Buffer;
    if (keys.size >= MAX_KEYS) keys.clear();
    keys.set(name, key);
  }
  return key;
}

/** Signs a text with a scope's key. */
export const signText = (key: Buffer, text: string) => hmac(key, text).toString('hex');

/** The texts that a request's signature covers. */
export function signingTexts(
  request: SignedRequest,
  signature: SignatureV4,
  { dateTime, payloadHash }: { readonly dateTime: string; readonly payloadHash: string },
): SigningTexts {
  const names = signature.signedHeaders.split(';');
  const headers = names.map((name) => `${name}:${canonicalValue(request.headers, name)}\n`).join('');
  const canonicalRequest = [
    request.method,
    canonicalPath(request.path, signature.service),
    canonicalQuery(request.rawQuery),
    headers,
    signature.signedHeaders,
    payloadHash,
  ].join('\n');
  const stringToSign = ['AWS4-HMAC-SHA256', dateTime, signature.scope, sha256(canonicalRequest)].join('\n');
  return { canonicalRequest, stringToSign };
}

function canonicalValue(headers: SignedRequest['headers'], name: string): string {
  const value = headers[name] ?? (name === 'host' ? headers[':authority'] : undefined) ?? '';
  return value.trim().replace(/\s+/g, ' ');
}

/** S3 signs the path as it is; all others encode it once more and resolve its dots. */
function canonicalPath(path: string, service: string): string {
  if (service === 's3' || service === 's3express') return path.split('/').map(reencode).join('/');
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

function canonicalQuery(rawQuery: string): string {
  return rawQuery
    .split('&')
    .filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [reencode(name.replaceAll('+', ' ')), reencode(value.join('=').replaceAll('+', ' '))] as const;
    })
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function reencode(text: string): string {
  try {
    return encode(decodeURIComponent(text));
  } catch {
    return encode(text);
  }
}

/** Percent-encodes all but RFC 3986's unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
