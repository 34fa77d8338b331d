import type { ServerResponse } from 'node:http';
import { DEFAULT_REGION } from '../core/arn.ts';
import type { RequestContext } from '../core/operation.ts';
import { isClientGone } from './http/client-gone.ts';
import { hostOf, type Incoming } from './incoming.ts';
import type { OpenSignals } from './open-signals.ts';
import { createHostId, createRequestId } from './request-ids.ts';
import type { Route } from './route.ts';
import type { Signature } from './signature/signature.ts';
import type { Surroundings } from './surroundings.ts';

const ANONYMOUS = '';

interface ContextParts {
  /** As if the body had not been chunked. */
  readonly headers: RequestContext['headers'];
  readonly route: Route;
  readonly signature: Signature | undefined;
  readonly hostRegion: string | undefined;
}

/** Made on first use: most operations never ask, and end at once. */
class LazySignal {
  readonly #response: ServerResponse;
  readonly #open: OpenSignals;
  #signal: AbortSignal | undefined;

  constructor(response: ServerResponse, open: OpenSignals) {
    this.#response = response;
    this.#open = open;
  }

  get signal(): AbortSignal {
    this.#signal ??= openSignal(this.#response, this.#open);
    return this.#signal;
  }
}

/** The context of one call. A class, because an accessor in a literal costs each call more than all else here. */
class CallContext extends LazySignal implements RequestContext {
  readonly account: string;
  readonly region: string;
  readonly requestId: string;
  readonly hostId: string | undefined;
  readonly origin: string;
  readonly caller: RequestContext['caller'];
  readonly sourceIp: string;
  readonly headers: RequestContext['headers'];
  readonly protocol: RequestContext['protocol'];
  readonly traceHeader: string | undefined;

  constructor(
    { request, response }: Pick<Incoming, 'request' | 'response'>,
    { headers, route, signature, hostRegion }: ContextParts,
    { credentials, random, open }: Surroundings,
  ) {
    super(response, open);
    const accessKeyId = signature?.accessKeyId ?? ANONYMOUS;
    this.account = credentials.accountOf(accessKeyId);
    this.region = (signature?.version === 4 ? signature.region : hostRegion) ?? DEFAULT_REGION;
    this.requestId = createRequestId(route.service, random);
    this.hostId = createHostId(route.service, random);
    this.origin = `http://${hostOf(request)}`;
    this.caller = credentials.callerOf(accessKeyId);
    this.sourceIp = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1';
    this.headers = headers;
    this.protocol = route.protocol;
    this.traceHeader = headers['x-amzn-trace-id'];
  }
}

/** What an operation learns of the call beside its input. */
export function createRequestContext(
  incoming: Pick<Incoming, 'request' | 'response'>,
  parts: ContextParts,
  surroundings: Surroundings,
): RequestContext {
  return new CallContext(incoming, parts, surroundings);
}

function openSignal(response: ServerResponse, open: OpenSignals): AbortSignal {
  const controller = new AbortController();
  open.add(controller);
  const onClose = () => {
    open.delete(controller);
    if (!response.writableEnded) controller.abort(new Error('The client closed the connection'));
  };
  if (isClientGone(response)) onClose();
  else response.once('close', onClose);
  return controller.signal;
}
