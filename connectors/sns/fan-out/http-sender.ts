import http from 'node:http';
import https from 'node:https';
import { realClock, SECOND } from '../../../src/core/clock.ts';
import type { DeliveryOutcome } from '../../../src/core/target.ts';

/** A letter to a web server. */
export interface HttpLetter {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Posts to the web servers of subscribers. */
export interface HttpSender {
  /** Resolves with what became of it; a server that cannot be reached refuses for now. */
  post(letter: HttpLetter, signal: AbortSignal): Promise<DeliveryOutcome>;
  /** Closes what is open. */
  close(): void;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html: a server has 15 seconds to answer. */
const DEADLINE_MS = 15 * SECOND;
const MAX_SOCKETS_PER_HOST = 256;
const IDLE_SOCKETS_PER_HOST = 8;

/** A client of our own: connections are kept, and nothing is awaited for ever. */
export function createHttpSender(): HttpSender {
  const bounds = { keepAlive: true, maxSockets: MAX_SOCKETS_PER_HOST, maxFreeSockets: IDLE_SOCKETS_PER_HOST };
  const agents = { 'http:': new http.Agent(bounds), 'https:': new https.Agent(bounds) };
  return {
    async post(letter, signal) {
      try {
        const status = await exchange(letter, agents, signal);
        return outcomeOf(status);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return { kind: 'refused', permanent: false, code: 'EndpointUnreachable', message };
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/** Errors of the server, and too many requests, may pass; what is the sender's fault does not. */
function outcomeOf(status: number): DeliveryOutcome {
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  const permanent = status < 500 && status !== 429;
  return { kind: 'refused', permanent, code: `Http${status}`, message: `The endpoint answered with status ${status}` };
}

interface Agents {
  readonly 'http:': http.Agent;
  readonly 'https:': https.Agent;
}

function exchange({ url, headers, body }: HttpLetter, agents: Agents, signal: AbortSignal): Promise<number> {
  const { protocol, username, password, href } = new URL(url);
  const secure = protocol === 'https:';
  const credentials = username ? { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` } : {};
  const options = {
    method: 'POST',
    agent: secure ? agents['https:'] : agents['http:'],
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    signal,
    ...credentials,
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(href, options, (response) => {
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
      // What it says beside the status does not matter, but must be read for the connection to be used again.
      response.resume();
    });
    const late = () => request.destroy(new Error(`The endpoint did not answer within ${DEADLINE_MS / SECOND} s`));
    let deadline: Disposable | undefined;
    // From when it is its turn: waiting for others that are on their way to the same host is not the host's fault.
    request.on('socket', () => {
      deadline = realClock.setTimer(DEADLINE_MS, late);
    });
    request.on('error', reject);
    request.on('close', () => deadline?.[Symbol.dispose]());
    request.end(body);
  });
}
