import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { realClock, SECOND } from '../../core/clock.ts';
import { BackendUnavailable } from '../../core/errors.ts';
import type { ByteStream } from '../../core/operation.ts';
import { OWN_USER_AGENT } from './own-writes.ts';

/** What is asked of MinIO, with a URL that is signed. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream is sent as it comes and must have exactly `size` bytes; when it throws, MinIO keeps nothing. */
  readonly body?: Uint8Array | { readonly size: number; readonly stream: ByteStream } | undefined;
}

/** What MinIO answered. The body must be read once, or discarded. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  bytes(): Promise<Uint8Array>;
  text(): Promise<string>;
  stream(): ByteStream;
  discard(): void;
}

/** How long MinIO may take for its next step; a client that sends or reads slowly has all the time it wants. */
const ANSWER_MS = 4 * SECOND;
/** Connections that wait are closed before MinIO closes them, so that no request is sent into one that is closing. */
const IDLE_CONNECTION_MS = 4 * SECOND;
const MAX_CONNECTIONS = 128;

/** Sends requests over connections that are kept. */
export interface Exchanger extends Disposable {
  (exchange: Exchange): Promise<Answer>;
}

/** @param name what people call this MinIO */
export function createExchanger(name: string): Exchanger {
  const options = { keepAlive: true, timeout: IDLE_CONNECTION_MS, maxSockets: MAX_CONNECTIONS };
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const begin = ({ method, url, headers }: Exchange): ClientRequest => {
    const all = { 'user-agent': OWN_USER_AGENT, ...headers };
    return url.startsWith('https:')
      ? requestHttps(url, { method, headers: all, agent: agents.https })
      : requestHttp(url, { method, headers: all, agent: agents.http });
  };
  const exchange = async (asked: Exchange): Promise<Answer> => {
    const { method, body, headers } = asked;
    const size = body instanceof Uint8Array ? body.length : body?.size;
    const sized = size === undefined ? headers : { ...headers, 'content-length': String(size) };
    const request = begin({ ...asked, headers: sized });
    const arrived = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).on('error', reject);
    });
    arrived.catch(() => {});
    try {
      if (body === undefined || body instanceof Uint8Array) request.end(body);
      else await sendStream(request, body.stream, arrived, name);
      return answerOf(request, await inTime(name, arrived), name);
    } catch (error) {
      request.destroy();
      const isSafe = method === 'GET' || method === 'HEAD';
      // The connection was closed while it lay idle: nothing was answered, and asking again changes nothing.
      if (isSafe && request.reusedSocket && isReset(error)) return await exchange(asked);
      throw error;
    }
  };
  return Object.assign(exchange, {
    [Symbol.dispose]: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  });
}

/** Stops when MinIO answers before all is sent: it has refused. What the stream throws is passed on. */
async function sendStream(
  request: ClientRequest,
  stream: ByteStream,
  arrived: Promise<IncomingMessage>,
  name: string,
): Promise<void> {
  let isAnswered = false;
  let failure: unknown;
  arrived.then(
    () => (isAnswered = true),
    (error: unknown) => (failure = error),
  );
  for await (const chunk of stream) {
    if (!isAnswered && failure === undefined && !request.write(chunk)) {
      await inTime(name, Promise.race([drained(request), arrived]));
    }
    if (isAnswered) return;
    if (failure !== undefined) throw unavailable(name, failure);
  }
  request.end();
}

const drained = (request: ClientRequest) => new Promise<void>((resolve) => request.once('drain', resolve));

/** Waits for MinIO's next step; a failure of the connection is one of MinIO. */
export async function inTime<T>(name: string, step: Promise<T>): Promise<T> {
  let timer: Disposable | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = realClock.setTimer(ANSWER_MS, () => reject(new Error(`no answer in ${ANSWER_MS / SECOND} s`)));
  });
  try {
    return await Promise.race([step, late]);
  } catch (error) {
    throw unavailable(name, error);
  } finally {
    timer?.[Symbol.dispose]();
  }
}

const unavailable = (name: string, cause: unknown) =>
  new BackendUnavailable(name, (cause as Error).message || String((cause as NodeJS.ErrnoException).code), { cause });

const isReset = (error: unknown) =>
  error instanceof BackendUnavailable &&
  ['ECONNRESET', 'EPIPE'].includes((error.cause as NodeJS.ErrnoException).code ?? '');

function answerOf(request: ClientRequest, message: IncomingMessage, name: string): Answer {
  const stream = () => chunksOf(request, message, name);
  const bytes = async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream()) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  return {
    status: message.statusCode ?? 0,
    headers: message.headers as Record<string, string | undefined>,
    stream,
    discard: () => void request.destroy(),
    bytes,
    text: async () => (await bytes()).toString('utf8'),
  };
}

async function* chunksOf(request: ClientRequest, message: IncomingMessage, name: string): ByteStream {
  const chunks = message[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (let next = await inTime(name, chunks.next()); !next.done; next = await inTime(name, chunks.next())) {
      yield next.value;
    }
  } finally {
    // A connection is used again only when both sides have said all.
    if (!message.complete || !request.writableEnded) request.destroy();
  }
}
