import { createHash, timingSafeEqual } from 'node:crypto';
import { realClock, SECOND } from '../../core/clock.ts';
import type { Credentials } from '../../core/credentials.ts';
import { ServiceError } from '../../core/errors.ts';
import { MAX_ARCHIVE_BYTES } from '../codecs/body-limit.ts';
import type { RequestBody } from '../http/request-body.ts';
import type { ChunkVerifier } from './chunked-body.ts';
import type { Dialect } from './refusal.ts';
import {
  badPresignParameters,
  expired,
  malformedHeader,
  missingToken,
  skewed,
  unknownKey,
  wrongSignature,
} from './refusal.ts';
import type { Signature, SignatureV2, SignatureV4 } from './signature.ts';
import { signTextV2, stringToSignV2 } from './sigv2.ts';
import type { SignedRequest } from './sigv4.ts';
import { signingKey, signingTexts, signText } from './sigv4.ts';

const MAX_SKEW_MS: Readonly<Record<Dialect, number>> = {
  s3: 900 * SECOND,
  query: 300 * SECOND,
  json: 300 * SECOND,
  'rest-json': 300 * SECOND,
};
const WEEK_SECONDS = 604_800;

/** A request whose sender is to be verified. */
export interface Authenticable extends SignedRequest {
  readonly query: URLSearchParams;
  /** From the host; in the path otherwise. */
  readonly hostBucket: string | undefined;
  readonly body: RequestBody;
  readonly signature: Signature | undefined;
  readonly dialect: Dialect;
}

const V4_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
];
const V2_PARAMETERS = ['Signature', 'Expires', 'AWSAccessKeyId'];

/**
 * Refuses a presigned URL that is not whole or past its time. This holds whether or not signatures are verified; expiry
 * runs on real time.
 */
export function checkPresigned(signature: Signature | undefined, query: URLSearchParams, isS3: boolean): void {
  if (query.size === 0) return;
  if (isS3) checkParameters(query);
  if (signature?.version === 2 && signature.expiresAtSeconds !== undefined) {
    const expiresAtMs = signature.expiresAtSeconds * SECOND;
    const nowMs = realClock.nowMs();
    if (nowMs > expiresAtMs) throw expired(expiresAtMs, nowMs, undefined);
  }
  if (signature?.version === 4 && signature.presigned) checkPresignedV4(signature.presigned);
}

function checkParameters(query: URLSearchParams): void {
  const some = (names: readonly string[]) => names.some((name) => query.has(name));
  const all = (names: readonly string[]) => names.every((name) => query.get(name));
  if (some(V4_PARAMETERS)) {
    if (!all(V4_PARAMETERS)) {
      throw badPresignParameters(
        'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
      );
    }
    if (!/^[^/]+\/\d{8}\/[^/]+\/[^/]+\/aws4_request$/.test(query.get('X-Amz-Credential') ?? '')) {
      throw badPresignParameters(
        'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
      );
    }
  } else if (some(V2_PARAMETERS) && !(all(V2_PARAMETERS) && Number(query.get('Expires')) > 0)) {
    throw new ServiceError(
      'AccessDenied',
      'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
      { status: 403 },
    );
  }
}

function checkPresignedV4({ dateTime, expiresSeconds }: NonNullable<SignatureV4['presigned']>): void {
  const startMs = parseBasic(dateTime);
  if (startMs === undefined) {
    throw badPresignParameters("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  if (Number.isNaN(expiresSeconds)) throw badPresignParameters('X-Amz-Expires should be a number');
  if (expiresSeconds < 0) throw badPresignParameters('X-Amz-Expires must be non-negative');
  if (expiresSeconds > WEEK_SECONDS) {
    throw badPresignParameters(
      'X-Amz-Expires must be less than a week (in seconds) that is the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  const nowMs = realClock.nowMs();
  const expiresAtMs = startMs + expiresSeconds * SECOND;
  if (nowMs > expiresAtMs) throw expired(expiresAtMs, nowMs, expiresSeconds);
}

/** Verifies a signature; gives what the signatures of the body's chunks are verified with, if it has any. */
export async function authenticate(
  request: Authenticable,
  credentials: Credentials,
): Promise<ChunkVerifier | undefined> {
  const { signature, dialect } = request;
  if (!signature) throw request.headers['authorization'] ? malformedHeader(dialect) : missingToken(dialect);
  const secret = credentials.secretOf(signature.accessKeyId);
  if (secret === undefined) throw unknownKey(dialect, signature.accessKeyId);
  if (signature.version === 4) return await verifyV4(request, signature, secret);
  verifyV2(request, signature, secret);
  return undefined;
}

async function verifyV4(
  request: Authenticable,
  signature: SignatureV4,
  secret: string,
): Promise<ChunkVerifier | undefined> {
  const { dialect } = request;
  const dateTime = signature.presigned?.dateTime ?? dateTimeOf(request.headers);
  if (!signature.presigned) checkSkew(dateTime, dialect);
  const payloadHash = await payloadHashOf(request, signature);
  const { canonicalRequest, stringToSign } = signingTexts(request, signature, { dateTime, payloadHash });
  const key = signingKey(secret, signature.scope);
  const refuse = () =>
    wrongSignature(dialect, {
      AWSAccessKeyId: signature.accessKeyId,
      StringToSign: stringToSign,
      SignatureProvided: signature.signature,
      StringToSignBytes: hexBytes(stringToSign),
      CanonicalRequest: canonicalRequest,
      CanonicalRequestBytes: hexBytes(canonicalRequest),
    });
  if (!equal(signText(key, stringToSign), signature.signature)) throw refuse();
  if (!payloadHash.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')) return undefined;
  return { key, dateTime, scope: signature.scope, seed: signature.signature, refuse };
}

/** S3 signs the announced hash and compares it while the body streams; the others hash the body that came. */
async function payloadHashOf(request: Authenticable, signature: SignatureV4): Promise<string> {
  const announced = request.headers['x-amz-content-sha256'];
  if (request.dialect === 's3') return announced ?? 'UNSIGNED-PAYLOAD';
  if (signature.presigned && announced === undefined && request.method === 'GET') return emptyHash;
  const body = await request.body.bytes(MAX_ARCHIVE_BYTES, () => wrongSignature(request.dialect, {}));
  return createHash('sha256').update(body).digest('hex');
}

const emptyHash = createHash('sha256').digest('hex');

function verifyV2(request: Authenticable, signature: SignatureV2, secret: string): void {
  if (request.dialect !== 's3') throw malformedHeader(request.dialect);
  if (signature.expiresAtSeconds === undefined) checkSkew(dateTimeOf(request.headers), 's3');
  const text = stringToSignV2(request, signature, { bucket: request.hostBucket, query: request.query });
  if (equal(signTextV2(secret, text), signature.signature)) return;
  throw wrongSignature('s3', {
    AWSAccessKeyId: signature.accessKeyId,
    StringToSign: text,
    SignatureProvided: signature.signature,
    StringToSignBytes: hexBytes(text),
  });
}

function checkSkew(dateTime: string, dialect: Dialect): void {
  const atMs = parseBasic(dateTime);
  if (atMs === undefined) {
    throw dialect === 's3' ? missingToken('s3') : malformedHeader(dialect);
  }
  const nowMs = realClock.nowMs();
  if (Math.abs(nowMs - atMs) > MAX_SKEW_MS[dialect]) throw skewed(dialect, atMs, nowMs);
}

/** The time of a request as `20260101T000000Z`, from either header that may hold it. */
function dateTimeOf(headers: SignedRequest['headers']): string {
  const given = headers['x-amz-date'] ?? headers['date'] ?? '';
  if (/^\d{8}T\d{6}Z$/.test(given)) return given;
  const date = new Date(given);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().replace(/[-:]|\.\d+/g, '');
}

function parseBasic(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const hexBytes = (text: string) =>
  Buffer.from(text)
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ');

function equal(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}
