import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../core/clock.ts';
import type { Json } from '../core/event.ts';
import type { AskIdleness } from '../core/idleness.ts';
import type { JournalReader } from '../core/journal.ts';
import type { Replays } from '../core/replay.ts';
import type { Advanced } from '../core/virtual-clock.ts';
import { foreignCaller } from './caller-check.ts';

/** All that the admin API shows and does. */
export interface Administered {
  readonly version: string;
  /** Names by which it may be addressed beside the loopback ones. */
  readonly hosts: ReadonlySet<string>;
  readonly clock: Clock;
  /** `real`, `virtual` or `scaled:N`. */
  readonly clockMode: string;
  /** Absent unless the clock is virtual. */
  readonly advance?: ((byMs: number, deadlineMs: number | undefined) => Promise<Advanced>) | undefined;
  readonly idleness: AskIdleness;
  readonly journal: JournalReader;
  /** Aborted when the endpoint stops: what only waits for something to happen ends then. */
  readonly stopping: AbortSignal;
  /** Whether what the config declares is there: before, an event would meet nothing that it sets off. */
  isReady(): boolean;
  /** The services that can be reset by name. */
  readonly services: readonly string[];
  /** Resolves once the old work has stopped. */
  reset(services: readonly string[]): Promise<void>;
  /** The settings in force, without secrets. */
  settings(): Json;
  /** What runs the past again; loaded when it is first asked for. */
  replays(): Promise<Replays>;
  /** Takes what the object store tells of changes that others made in it. */
  hearObjectEvent(notification: Uint8Array): Promise<void>;
  /** What was measured, as Prometheus reads it. */
  metrics(): Promise<string>;
  /** The certificate of that file name, in PEM, by which subscribers of topics verify what they get. */
  certificate(file: string): Promise<string | undefined>;
  /** A function's archive. */
  code(sha256: string): Promise<Uint8Array | undefined>;
  /** Declares resources as a config file does, and says what was created, changed and left. */
  apply(declaration: unknown): Promise<Json>;
}

/** Everything under this path is ours, not AWS's. */
export const ADMIN_PATH = '/_headwater';

/**
 * Answers `/_headwater`. Health is answered here, because it is asked often and early; the rest is an Express application
 * that is loaded when it is first called.
 */
export function createAdmin(administered: Administered): (request: IncomingMessage, response: ServerResponse) => void {
  let application: Promise<(request: IncomingMessage, response: ServerResponse) => void> | undefined;
  const load = async () => (await import('./application.ts')).createApplication(administered);

  return (request, response) => {
    const foreign = foreignCaller(hostAsHeader(request), administered.hosts);
    if (foreign !== undefined) return answer(response, 403, { code: 'FOREIGN_CALLER', message: foreign });
    if (isHealth(request)) {
      const { version } = administered;
      const isReady = administered.isReady();
      return answer(response, isReady ? 200 : 503, { status: isReady ? 'ok' : 'starting', version });
    }
    if (request.httpVersionMajor !== 1) {
      return answer(response, 505, { code: 'HTTP_VERSION', message: 'The admin API speaks HTTP/1.1 only' });
    }
    application ??= load();
    application.then(
      (answerIt) => answerIt(request, response),
      (error: Error) => answer(response, 500, { code: 'ADMIN_UNAVAILABLE', message: error.message }),
    );
  };
}

function isHealth({ method, url = '' }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && url.split('?', 1)[0] === `${ADMIN_PATH}/health`;
}

/** HTTP/2 has `:authority` in place of the Host header. */
function hostAsHeader({ headers }: IncomingMessage): IncomingMessage['headers'] {
  const authority = headers[':authority'];
  return typeof authority === 'string' ? { ...headers, host: authority } : headers;
}

function answer(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
