import { ServiceError } from '../../core/errors.ts';

/** Refusals differ in code, words and status between S3, the query protocol and JSON. */
export type Dialect = 's3' | 'query' | 'json' | 'rest-json';

const iso = (atMs: number) => new Date(atMs).toISOString();
/** `20260101T000000Z`. */
const basic = (atMs: number) => iso(atMs).replace(/[-:]|\.\d+/g, '');
const FIVE_MINUTES_MS = 300_000;

/** No credentials where some are needed. */
export function missingToken(dialect: Dialect): ServiceError {
  if (dialect === 's3') return new ServiceError('AccessDenied', 'Access Denied', { status: 403 });
  if (dialect === 'query') {
    return new ServiceError('MissingAuthenticationToken', 'Request is missing Authentication Token', { status: 403 });
  }
  const message = dialect === 'json' ? 'Request is missing Authentication Token' : 'Missing Authentication Token';
  return new ServiceError('MissingAuthenticationTokenException', message, { status: dialect === 'json' ? 400 : 403 });
}

/** An access key that nobody configured or issued. */
export function unknownKey(dialect: Dialect, accessKeyId: string): ServiceError {
  if (dialect === 's3') {
    return new ServiceError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
      status: 403,
      members: { AWSAccessKeyId: accessKeyId },
    });
  }
  const code = dialect === 'query' ? 'InvalidClientTokenId' : 'UnrecognizedClientException';
  return new ServiceError(code, 'The security token included in the request is invalid.', {
    status: dialect === 'json' ? 400 : 403,
  });
}

/** @param members what S3 shows of its own computation. */
export function wrongSignature(dialect: Dialect, members: Readonly<Record<string, string>>): ServiceError {
  if (dialect === 's3') {
    return new ServiceError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { status: 403, members },
    );
  }
  return new ServiceError(
    dialect === 'query' ? 'SignatureDoesNotMatch' : 'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    { status: dialect === 'json' ? 400 : 403 },
  );
}

/** A request whose time is too far from ours. */
export function skewed(dialect: Dialect, atMs: number, nowMs: number): ServiceError {
  if (dialect === 's3') {
    return new ServiceError(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      {
        status: 403,
        members: { RequestTime: basic(atMs), ServerTime: iso(nowMs), MaxAllowedSkewMilliseconds: 900_000 },
      },
    );
  }
  const [limitMs, words, sign] =
    atMs < nowMs
      ? [nowMs - FIVE_MINUTES_MS, 'expired: %t is now earlier than', '-']
      : [nowMs + FIVE_MINUTES_MS, 'not yet current: %t is still later than', '+'];
  return new ServiceError(
    dialect === 'query' ? 'SignatureDoesNotMatch' : 'InvalidSignatureException',
    `Signature ${words.replace('%t', basic(atMs))} ${basic(limitMs)} (${basic(nowMs)} ${sign} 5 min.)`,
    { status: dialect === 'json' ? 400 : 403 },
  );
}

/** A presigned URL past its time. */
export function expired(expiresAtMs: number, nowMs: number, expiresSeconds: number | undefined): ServiceError {
  return new ServiceError('AccessDenied', 'Request has expired', {
    status: 403,
    members: {
      ...(expiresSeconds === undefined ? {} : { 'X-Amz-Expires': expiresSeconds }),
      Expires: iso(expiresAtMs).replace(/\.\d+/, ''),
      ServerTime: iso(nowMs).replace(/\.\d+/, ''),
    },
  });
}

/** A presigned URL whose parameters make no sense. */
export const badPresignParameters = (message: string) =>
  new ServiceError('AuthorizationQueryParametersError', message, { status: 400 });

/** An `Authorization` header that cannot be read. */
export function malformedHeader(dialect: Dialect): ServiceError {
  if (dialect === 's3') {
    return new ServiceError(
      'AuthorizationHeaderMalformed',
      'The authorization header is malformed; the authorization mechanism you have provided is not supported.',
      { status: 400 },
    );
  }
  const code = dialect === 'query' ? 'IncompleteSignature' : 'IncompleteSignatureException';
  return new ServiceError(code, 'Authorization header requires Credential, SignedHeaders and Signature parameters.', {
    status: dialect === 'json' ? 400 : 403,
  });
}
