/** How a request says who sent it; each form that AWS's SDKs have produced. */
export type Signature = SignatureV4 | SignatureV2;

export interface SignatureV4 {
  readonly version: 4;
  readonly accessKeyId: string;
  /** `20260101/us-east-1/s3/aws4_request`. */
  readonly scope: string;
  readonly region: string;
  readonly service: string;
  /** Names joined by semicolons. */
  readonly signedHeaders: string;
  readonly signature: string;
  /** Of a presigned URL. */
  readonly presigned: { readonly dateTime: string; readonly expiresSeconds: number } | undefined;
}

export interface SignatureV2 {
  readonly version: 2;
  readonly accessKeyId: string;
  readonly signature: string;
  /** Of a presigned URL: seconds since the epoch. */
  readonly expiresAtSeconds: number | undefined;
}

type Headers = Readonly<Record<string, string | undefined>>;

/** Reads the signature of a request; `undefined` when it has none. */
export function readSignature(headers: Headers, query: URLSearchParams): Signature | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) return fromHeader(authorization);
  if (query.size === 0) return undefined;
  const credential = query.get('X-Amz-Credential');
  if (credential) {
    return fromCredential(credential, query.get('X-Amz-SignedHeaders') ?? '', query.get('X-Amz-Signature') ?? '', {
      dateTime: query.get('X-Amz-Date') ?? '',
      expiresSeconds: Number(query.get('X-Amz-Expires') ?? Number.NaN),
    });
  }
  const accessKeyId = query.get('AWSAccessKeyId');
  const signature = query.get('Signature');
  if (!accessKeyId || !signature) return undefined;
  return { version: 2, accessKeyId, signature, expiresAtSeconds: Number(query.get('Expires') ?? Number.NaN) };
}

function fromHeader(authorization: string): Signature | undefined {
  if (authorization.startsWith('AWS4-HMAC-SHA256')) {
    const credential = field(authorization, 'Credential=');
    const signature = field(authorization, 'Signature=');
    if (!credential || !signature) return undefined;
    return fromCredential(credential, field(authorization, 'SignedHeaders='), signature, undefined);
  }
  const two = /^AWS ([^:\s]+):(\S+)$/.exec(authorization);
  if (!two) return undefined;
  return { version: 2, accessKeyId: two[1] ?? '', signature: two[2] ?? '', expiresAtSeconds: undefined };
}

/** The text after `label` up to a comma; fields come in any order. */
function field(authorization: string, label: string): string {
  const start = authorization.indexOf(label);
  if (start < 0) return '';
  const end = authorization.indexOf(',', start);
  return authorization.slice(start + label.length, end < 0 ? undefined : end).trim();
}

const MAX_KNOWN = 1000;
const known = new Map<string, Pick<SignatureV4, 'accessKeyId' | 'scope' | 'region' | 'service'> | undefined>();

function fromCredential(
  credential: string,
  signedHeaders: string,
  signature: string,
  presigned: SignatureV4['presigned'],
): SignatureV4 | undefined {
  let parsed = known.get(credential);
  if (!parsed) {
    parsed = parseCredential(credential);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(credential, parsed);
  }
  if (!parsed) return undefined;
  const { accessKeyId, scope, region, service } = parsed;
  return { version: 4, accessKeyId, scope, region, service, signedHeaders, signature, presigned };
}

/** Takes `<access key>/<date>/<region>/<service>/aws4_request` apart; it is the same in each call of a client's day. */
function parseCredential(
  credential: string,
): Pick<SignatureV4, 'accessKeyId' | 'scope' | 'region' | 'service'> | undefined {
  const match = /^(.+?)\/(\d{8}\/([^/]+)\/([^/]+)\/aws4_request)$/.exec(credential);
  if (!match) return undefined;
  const [, accessKeyId = '', scope = '', region = '', service = ''] = match;
  return { accessKeyId, scope, region, service };
}
