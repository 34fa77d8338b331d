/** How a request says who sent it; each form that AWS's SDKs have produced. */
export type Signature = SignatureV4 | SignatureV2;

export interface SignatureV4 {
  readonly version: 4;
  readonly accessKeyId: string;
  /** `20260101/us-east-1/s3/aws4_request`. */
  readonly scope: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
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

const HEADER_V4 =
  /^AWS4-HMAC-SHA256\s+(?=.*Credential=([^,\s]+))(?=.*SignedHeaders=([^,\s]*))(?=.*Signature=([0-9a-fA-F]+))/;

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
  const four = HEADER_V4.exec(authorization);
  if (four) return fromCredential(four[1] ?? '', four[2] ?? '', four[3] ?? '', undefined);
  const two = /^AWS ([^:\s]+):(\S+)$/.exec(authorization);
  if (!two) return undefined;
  return { version: 2, accessKeyId: two[1] ?? '', signature: two[2] ?? '', expiresAtSeconds: undefined };
}

function fromCredential(
  credential: string,
  signedHeaders: string,
  signature: string,
  presigned: SignatureV4['presigned'],
): SignatureV4 | undefined {
  const parts = credential.split('/');
  const [date, region, service, terminator] = parts.slice(-4);
  if (parts.length < 5 || !region || !service || terminator !== 'aws4_request') return undefined;
  return {
    version: 4,
    accessKeyId: parts.slice(0, -4).join('/'),
    scope: `${date}/${region}/${service}/${terminator}`,
    region,
    service,
    signedHeaders: signedHeaders.split(';'),
    signature,
    presigned,
  };
}
