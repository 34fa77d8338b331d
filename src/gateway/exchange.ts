import type { IncomingMessage } from 'node:http';
import type { ByteStream, RequestContext } from '../core/operation.ts';
import type { Call } from './codecs/codec.ts';
import { type HostParts, readHost } from './host.ts';
import { checkedSha256, createRequestBody } from './http/request-body.ts';
import { hostOf, type Incoming } from './incoming.ts';
import { createRequestContext } from './request-context.ts';
import { type Route, routeOf } from './route.ts';
import { type ChunkVerifier, decodeChunked } from './signature/chunked-body.ts';
import { readSignature, type Signature } from './signature/signature.ts';
import type { Surroundings } from './surroundings.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** A request of an AWS client, read as far as its API is known. */
export interface Exchange {
  /** As codecs see it. */
  readonly call: Call;
  /** As it was on the wire, which is what signatures cover. */
  readonly wire: {
    readonly method: string;
    readonly path: string;
    readonly rawQuery: string;
    readonly headers: Headers;
  };
  readonly signature: Signature | undefined;
  readonly route: Route;
  readonly context: RequestContext;
  /** The bucket of S3's virtual-host style. */
  readonly hostBucket: string | undefined;
  /** Set once the sender is verified; the decoder of a chunked body asks for it when reading begins. */
  readonly chunks: { verifier: ChunkVerifier | undefined };
}

const NO_QUERY = new URLSearchParams();

/** Reads who calls which API; the body is not touched but for an unsigned form. */
export async function openExchange(incoming: Incoming, surroundings: Surroundings): Promise<Exchange> {
  const { request } = incoming;
  const wire = splitUrl(request);
  const query = wire.rawQuery === '' ? NO_QUERY : new URLSearchParams(wire.rawQuery);
  const signature = readSignature(wire.headers, query);
  const chunks: Exchange['chunks'] = { verifier: undefined };
  const decode = decoderOf(wire.headers, signature, chunks);
  const headers = wire.headers['x-amz-content-sha256']?.startsWith('STREAMING-')
    ? decodedHeaders(wire.headers)
    : wire.headers;
  const body = createRequestBody(request, incoming.beforeReading, decode);
  const asSent: Call = { method: wire.method, path: wire.path, bucket: undefined, query, headers, body };
  const found = routeOf(asSent, signature);
  const route = found instanceof Promise ? await found : found;
  const host = readHost(hostOf(request));
  const isS3 = route.service === 's3';
  return {
    call: isS3 ? { ...asSent, ...locate(wire.path, host) } : asSent,
    wire,
    signature,
    route,
    context: createRequestContext(incoming, { headers, route, signature, hostRegion: host.region }, surroundings),
    hostBucket: isS3 ? host.bucket : undefined,
    chunks,
  };
}

function splitUrl(request: IncomingMessage): Exchange['wire'] {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  return {
    method: request.method ?? 'GET',
    // A proxy's absolute form names the host once more.
    path: path.startsWith('/') ? path : path.replace(/^\w+:\/\/[^/]+/, '') || '/',
    rawQuery: mark < 0 ? '' : url.slice(mark + 1),
    headers: request.headers as Headers,
  };
}

/** What stands between the bytes on the wire and the body that operations see. */
function decoderOf(
  headers: Headers,
  signature: Signature | undefined,
  chunks: Exchange['chunks'],
): ((source: ByteStream) => ByteStream) | undefined {
  const announced = headers['x-amz-content-sha256'];
  if (announced === undefined) return undefined;
  if (announced.startsWith('STREAMING-')) {
    const length = headers['x-amz-decoded-content-length'];
    const decodedLength = length === undefined ? undefined : Number(length);
    return (source) => decodeChunked(source, { verifier: chunks.verifier, decodedLength });
  }
  const isS3 = signature?.version === 4 && signature.service === 's3';
  return isS3 && /^[0-9a-f]{64}$/.test(announced) ? (source) => checkedSha256(source, announced) : undefined;
}

/** The headers as if the body had not been chunked: the coding is the transport's, not the object's. */
function decodedHeaders(headers: Headers): Headers {
  const coding = headers['content-encoding']
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== 'aws-chunked' && each !== '')
    .join(',');
  return {
    ...headers,
    'content-encoding': coding || undefined,
    'content-length': headers['x-amz-decoded-content-length'],
  };
}

/** Takes the bucket from the host, else from the first segment of the path. */
function locate(path: string, host: HostParts): Pick<Call, 'bucket' | 'path'> {
  if (host.bucket) return { bucket: host.bucket, path };
  const slash = path.indexOf('/', 1);
  const bucket = slash < 0 ? path.slice(1) : path.slice(1, slash);
  return { bucket: decoded(bucket), path: slash < 0 ? '/' : path.slice(slash) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
