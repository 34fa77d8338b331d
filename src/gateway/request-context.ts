import type { IncomingMessage, ServerResponse } from 'node:http';
import { DEFAULT_REGION } from '../core/arn.ts';
import type { Credentials } from '../core/credentials.ts';
import type { RequestContext } from '../core/operation.ts';
import type { Random } from '../core/random.ts';
import type { Route } from './route.ts';
import type { Signature } from './signature/signature.ts';

const S3_ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const ANONYMOUS = '';

/** Signals of requests in progress, so that they end when the gateway stops. */
export type OpenSignals = Set<AbortController>;

interface ContextParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As if the body had not been chunked. */
  readonly headers: RequestContext['headers'];
  readonly route: Route;
  readonly signature: Signature | undefined;
  readonly hostRegion: string | undefined;
  readonly credentials: Credentials;
  readonly random: Random;
  readonly open: OpenSignals;
}

/** What an operation learns of the call beside its input. */
export function createRequestContext(parts: ContextParts): RequestContext {
  const { request, headers, signature, route, credentials } = parts;
  const accessKeyId = signature?.accessKeyId ?? ANONYMOUS;
  const isS3 = route.service === 's3';
  const scopeRegion = signature?.version === 4 ? signature.region : undefined;
  let signal: AbortSignal | undefined;
  return {
    account: credentials.accountOf(accessKeyId),
    region: scopeRegion ?? parts.hostRegion ?? DEFAULT_REGION,
    requestId: isS3 ? parts.random.text(16, S3_ID_ALPHABET) : parts.random.uuid(),
    ...(isS3 ? { hostId: Buffer.from(parts.random.bytes(56)).toString('base64') } : {}),
    origin: `http://${hostOf(request)}`,
    caller: credentials.callerOf(accessKeyId),
    sourceIp: request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
    headers,
    protocol: route.protocol,
    traceHeader: headers['x-amzn-trace-id'],
    get signal() {
      signal ??= openSignal(parts.response, parts.open);
      return signal;
    },
  };
}

/** The authority as the client wrote it; HTTP/2 has it in a pseudo-header. */
export function hostOf(request: IncomingMessage): string {
  const { host, ':authority': authority } = request.headers as { host?: string; ':authority'?: string };
  return host ?? authority ?? `${request.socket.localAddress}:${request.socket.localPort}`;
}

/** Made only when an operation asks: most end at once. */
function openSignal(response: ServerResponse, open: OpenSignals): AbortSignal {
  const controller = new AbortController();
  open.add(controller);
  const onClose = () => {
    open.delete(controller);
    if (!response.writableFinished) controller.abort(new Error('The client closed the connection'));
  };
  if (response.destroyed) onClose();
  else response.once('close', onClose);
  return controller.signal;
}
