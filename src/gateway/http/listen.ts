import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Http2Server, ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { realClock, SECOND } from '../../core/clock.ts';
import { HeadwaterError } from '../../core/errors.ts';

/** Longer than SDK pools keep a connection idle, so that the client, not we, closes it. */
const KEEP_ALIVE_MS = 75 * SECOND;
const HEADERS_TIMEOUT_MS = 60 * SECOND;
/** How often a closing server looks for connections that have become idle. */
const SWEEP_MS = 10;
const MAX_HEADER_BYTES = 64 * 1024;
/** What a client that speaks HTTP/2 without asking sends first; no HTTP/1 request begins so. */
const PREFACE = Buffer.from('PRI * HTTP/2.0');

/** Answers one request. `expectsContinue`: the client waits for `100 Continue` before it sends the body. */
export type Respond = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => void;

export interface Listener {
  listen(options: { readonly host: string; readonly port: number }): Promise<AddressInfo>;
  /** Stops accepting, waits for what is in flight until the deadline, then cuts the rest off. */
  close(deadlineMs: number): Promise<void>;
}

/** One port for HTTP/1.1 and for HTTP/2 with prior knowledge, told apart by the first bytes of a connection. */
export function createListener(respond: Respond): Listener {
  const server = createHttpServer(respond);
  const sessions = new Set<ServerHttp2Session>();
  const sockets = new Set<Socket>();
  const serveHttp2 = lazyHttp2(respond, sessions);
  const [serveHttp1] = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    sniff(socket, (isHttp2) => {
      if (isHttp2) void serveHttp2().then((http2) => http2.emit('connection', socket));
      else serveHttp1?.call(server, socket);
    });
  });
  return {
    listen: (options) => listen(server, options),
    async close(deadlineMs) {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.close();
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      const sweeping = sweepIdle(server);
      const deadline = realClock.setTimer(deadlineMs, () => {
        for (const socket of sockets) socket.destroy();
      });
      await closed;
      sweeping[Symbol.dispose]();
      deadline[Symbol.dispose]();
    },
  };
}

/** Closes each connection once its last answer is out: kept alive, it would hold the server open. */
function sweepIdle(server: Server): Disposable {
  let timer: Disposable;
  const sweep = () => {
    server.closeIdleConnections();
    timer = realClock.setTimer(SWEEP_MS, sweep);
  };
  sweep();
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}

function createHttpServer(respond: Respond): Server {
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
    noDelay: true,
  });
  server.on('request', (request, response) => respond(request, response, false));
  server.on('checkContinue', (request, response) => respond(request, response, true));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable || socket.bytesWritten > 0) return socket.destroy();
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
    return socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return server;
}

/** HTTP/2 is loaded when the first client speaks it. */
function lazyHttp2(respond: Respond, sessions: Set<ServerHttp2Session>): () => Promise<Http2Server> {
  let server: Promise<Http2Server> | undefined;
  const create = async () => {
    const { createServer: createHttp2Server } = await import('node:http2');
    const http2 = createHttp2Server({ settings: { maxHeaderListSize: MAX_HEADER_BYTES } });
    // The compatibility layer gives the same request and response as HTTP/1.
    const serve = (expectsContinue: boolean) => (request: unknown, response: unknown) =>
      respond(request as IncomingMessage, response as ServerResponse, expectsContinue);
    http2.on('request', serve(false));
    http2.on('checkContinue', serve(true));
    http2.on('session', (session) => {
      sessions.add(session);
      session.once('close', () => sessions.delete(session));
    });
    return http2;
  };
  return () => {
    server ??= create();
    return server;
  };
}

/** Looks at the first bytes of a connection and puts them back. */
function sniff(socket: Socket, decide: (isHttp2: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const ignore = () => socket.destroy();
  socket.once('error', ignore);
  socket.setTimeout(HEADERS_TIMEOUT_MS, ignore);
  const look = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, PREFACE.length);
    const maybe = seen.compare(PREFACE, 0, length, 0, length) === 0;
    if (maybe && length < PREFACE.length) return;
    socket.off('readable', look);
    socket.off('error', ignore);
    socket.setTimeout(0, ignore);
    socket.unshift(seen);
    decide(maybe);
  };
  socket.on('readable', look);
}

function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen({ host, port }, () => resolve(server.address() as AddressInfo));
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new HeadwaterError(
      'PORT_IN_USE',
      `Port ${port} on ${host} is in use; stop what uses it, or choose another with --port (0 picks a free one)`,
      { cause: error },
    );
  }
  if (error.code === 'EACCES') {
    return new HeadwaterError('PORT_REFUSED', `This user may not listen on port ${port}; choose another with --port`, {
      cause: error,
    });
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new HeadwaterError('HOST_UNKNOWN', `This machine has no address ${host} to listen on; check --host`, {
      cause: error,
    });
  }
  return error;
}
