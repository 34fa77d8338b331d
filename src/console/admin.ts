import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from '../core/event.ts';
import { ADMIN_PATH, type Administered } from './administered.ts';
import { foreignCaller } from './caller-check.ts';

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
    if (isHealth(request)) return answer(response, administered.isReady() ? 200 : 503, health(administered));
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

/** A process whose backend is away is as well as it can be: it goes on by itself, and starting it anew would help nobody. */
function health({ version, isReady, backends }: Administered): Json {
  const states = backends();
  const isWhole = Object.values(states).every((state) => state === 'available');
  const status = isReady() ? (isWhole ? 'ok' : 'degraded') : 'starting';
  return { status, version, ...(Object.keys(states).length === 0 ? {} : { backends: states }) };
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
