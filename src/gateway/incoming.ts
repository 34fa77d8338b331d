import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request with what reads and answers it. */
export interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly beforeReading: (() => void) | undefined;
}

/** The authority as the client wrote it; HTTP/2 has it in a pseudo-header. */
export function hostOf(request: IncomingMessage): string {
  const { host, ':authority': authority } = request.headers as { host?: string; ':authority'?: string };
  return host ?? authority ?? `${request.socket.localAddress}:${request.socket.localPort}`;
}
