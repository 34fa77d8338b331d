import { createServer, type Server, type Socket } from 'node:net';
import { type HttpRequest, RequestReader } from './http-requests.ts';

/**
 * The Lambda Runtime API, version 2018-06-01, of one process: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 *
 * States and transitions, named as the errors name them:
 *
 *     Started ── next ──────────▶ Ready ── an invocation ──▶ Running ── response or error ──▶ Responded ── next ──▶ Ready
 *        └────── init/error ───▶ InitError
 *
 * Anything else is answered with 403 `InvalidStateTransition`, a foreign request id with 400 `InvalidRequestID`.
 */
export interface RuntimeApiEvents {
  /** The runtime asks for an invocation; the first time, this ends its initialisation. */
  onNext(): void;
  onInitError(body: Buffer, errorType: string | undefined): void;
  onResult(result: InvocationResult): void;
}

/** What the runtime posted for the invocation in progress. */
export type InvocationResult =
  | { readonly kind: 'response'; readonly body: Buffer }
  | { readonly kind: 'error'; readonly body: Buffer; readonly errorType: string | undefined }
  | { readonly kind: 'too-large' };

/** One invocation as `next` hands it to the runtime. */
export interface NextInvocation {
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceHeader: string;
  readonly clientContext?: string | undefined;
  readonly cognitoIdentity?: string | undefined;
  /** Unique per attempt; the runtime may echo it. */
  readonly invocationId: string;
  readonly payload: Uint8Array;
}

/** AWS allows 6 MB and 100 bytes more: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_RESPONSE_BYTES = 6_291_556;

const PREFIX = '/2018-06-01/runtime/';
/** Payloads up to this size are joined with their head, so that they leave in one packet. */
const JOIN_BYTES = 32 * 1024;

interface Connection {
  readonly socket: Socket;
  /** Answers that have not been written yet. */
  answers: Buffer[];
}

type State = 'Started' | 'InitError' | 'Ready' | 'Running' | 'Responded';

/** Serves one process; a new process gets a new one. */
export class RuntimeApi implements Disposable {
  readonly #events: RuntimeApiEvents;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #state: State = 'Started';
  #waiting: Connection | undefined;
  #current: NextInvocation | undefined;

  constructor(events: RuntimeApiEvents) {
    this.#events = events;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Resolves to the port, once the process can connect. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', 64, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  }

  /** Whether the runtime has asked for an invocation and waits. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** Hands an invocation to the runtime, which must be waiting for one. */
  deliver(invocation: NextInvocation): void {
    if (this.#waiting) this.#send(this.#waiting, invocation);
  }

  [Symbol.dispose](): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const connection: Connection = { socket, answers: [] };
    const reader = new RequestReader(MAX_RESPONSE_BYTES, {
      onRequest: (request) => {
        const answer = this.#answer(connection, request);
        if (answer) connection.answers.push(answer);
      },
      onExpectContinue: () => socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
      onMalformed: () => socket.destroy(),
    });
    socket.on('data', (bytes) => {
      reader.feed(bytes);
      this.#flush(connection);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (this.#waiting === connection) this.#waiting = undefined;
    });
  }

  /**
   * Writes what was answered. A runtime that posts a result and asks for the next invocation in one packet waits for the
   * invocation only, so both answers leave together: one packet and one wake-up less on the hot path.
   */
  #flush(connection: Connection): void {
    if (connection.answers.length === 0 || this.#waiting === connection) return;
    if (connection.socket.writable) connection.socket.write(Buffer.concat(connection.answers));
    connection.answers = [];
  }

  /** The response; `undefined` for `next`, which is answered when there is an invocation. */
  #answer(connection: Connection, request: HttpRequest): Buffer | undefined {
    const { method, path } = request;
    if (!path.startsWith(PREFIX)) return notFound;
    const resource = path.slice(PREFIX.length);
    if (method === 'GET') return resource === 'invocation/next' ? this.#next(connection) : notFound;
    if (method !== 'POST') return notFound;
    if (resource === 'init/error') return this.#initError(request);
    const [area, requestId = '', what] = resource.split('/');
    if (area !== 'invocation' || (what !== 'response' && what !== 'error')) return notFound;
    return this.#result(requestId, what, request);
  }

  #next(connection: Connection): Buffer | undefined {
    const repeated = this.#state === 'Ready' && (this.#waiting === undefined || this.#waiting === connection);
    if (this.#state !== 'Started' && this.#state !== 'Responded' && !repeated) return this.#refusal('Ready');
    this.#state = 'Ready';
    this.#waiting = connection;
    this.#events.onNext();
    return undefined;
  }

  #send(connection: Connection, invocation: NextInvocation): void {
    this.#state = 'Running';
    this.#waiting = undefined;
    this.#current = invocation;
    const { payload } = invocation;
    const { socket, answers } = connection;
    const head = Buffer.concat([...answers, Buffer.from(headOf(invocation), 'latin1')]);
    connection.answers = [];
    if (payload.length <= JOIN_BYTES) {
      socket.write(Buffer.concat([head, payload]));
      return;
    }
    socket.cork();
    socket.write(head);
    socket.write(payload);
    socket.uncork();
  }

  #initError(request: HttpRequest): Buffer {
    if (this.#state !== 'Started') return this.#refusal('InitError');
    this.#state = 'InitError';
    this.#events.onInitError(request.body, request.header('lambda-runtime-function-error-type'));
    return accepted;
  }

  #result(requestId: string, what: 'response' | 'error', request: HttpRequest): Buffer {
    if (this.#state !== 'Running' || !this.#current) {
      return this.#refusal(what === 'response' ? 'InvocationResponse' : 'InvocationErrorResponse');
    }
    if (requestId !== this.#current.requestId) return invalidRequestId;
    const echoed = request.header('lambda-runtime-invocation-id');
    if (echoed !== undefined && echoed !== this.#current.invocationId) return invalidInvocationId;
    this.#state = 'Responded';
    this.#current = undefined;
    this.#events.onResult(resultOf(what, request));
    return request.truncated ? tooLarge : accepted;
  }

  #refusal(wanted: string): Buffer {
    const message = `State transition from ${this.#state} to ${wanted} failed for runtime. Error: State transition is not allowed`;
    return failure(403, 'InvalidStateTransition', message);
  }
}

function resultOf(what: 'response' | 'error', request: HttpRequest): InvocationResult {
  if (request.truncated) return { kind: 'too-large' };
  const errorType = request.header('lambda-runtime-function-error-type');
  // A streamed response that fails midway says so in its trailers.
  return what === 'response' && errorType === undefined
    ? { kind: 'response', body: request.body }
    : { kind: 'error', body: request.body, errorType };
}

function headOf(invocation: NextInvocation): string {
  const { clientContext, cognitoIdentity } = invocation;
  return (
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: ${invocation.requestId}\r\n` +
    `Lambda-Runtime-Deadline-Ms: ${invocation.deadlineMs}\r\n` +
    `Lambda-Runtime-Invoked-Function-Arn: ${invocation.functionArn}\r\n` +
    `Lambda-Runtime-Trace-Id: ${oneLine(invocation.traceHeader)}\r\n` +
    (clientContext === undefined ? '' : `Lambda-Runtime-Client-Context: ${oneLine(clientContext)}\r\n`) +
    (cognitoIdentity === undefined ? '' : `Lambda-Runtime-Cognito-Identity: ${oneLine(cognitoIdentity)}\r\n`) +
    `Lambda-Runtime-Invocation-Id: ${invocation.invocationId}\r\nContent-Length: ${invocation.payload.length}\r\n\r\n`
  );
}

/** A caller's header must not add headers of its own. */
const oneLine = (value: string) => value.replace(/[\r\n]+/g, ' ');

const REASONS: Readonly<Record<number, string>> = {
  202: 'Accepted',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
};

function status(code: number, body: string): Buffer {
  const head = `HTTP/1.1 ${code} ${REASONS[code] ?? ''}\r\nContent-Type: application/json\r\n`;
  return Buffer.from(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function failure(code: number, errorType: string, errorMessage: string): Buffer {
  return status(code, `${JSON.stringify({ errorMessage, errorType })}\n`);
}

const accepted = status(202, '{"status":"OK"}\n');
const notFound = status(404, '404 page not found\n');
const invalidRequestId = failure(400, 'InvalidRequestID', 'Invalid request ID');
const invalidInvocationId = failure(400, 'InvalidInvocationId', 'Invalid invocation ID');
const tooLarge = failure(
  413,
  'RequestEntityTooLarge',
  `Exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
);
