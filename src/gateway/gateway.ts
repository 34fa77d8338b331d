import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../core/clock.ts';
import type { Credentials } from '../core/credentials.ts';
import type { Journal } from '../core/journal.ts';
import type { ServiceApi } from '../core/operation.ts';
import type { Random } from '../core/random.ts';
import { answer } from './answer.ts';
import { createListener } from './http/listen.ts';
import type { OpenSignals } from './request-context.ts';
import { createLoadedModels } from './schema/loaded-models.ts';

export interface GatewayOptions {
  readonly apis: readonly ServiceApi[];
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  /** Reads the model of that name: `JSON.parse` of `src/gateway/models/<name>.json`. */
  readonly models: (name: string) => Promise<unknown>;
  /** Answers what is below `/_headwater`, over HTTP/1.1 only. */
  readonly admin: (request: IncomingMessage, response: ServerResponse) => void;
}

/** The one endpoint that unmodified AWS clients talk to. */
export interface Gateway {
  /** Port 0 picks a free one. Rejects with `PORT_IN_USE` when the port is taken. */
  listen(options: { readonly host: string; readonly port: number }): Promise<{
    readonly port: number;
    readonly url: string;
  }>;
  /** Stops accepting, ends long polls, lets requests finish until the deadline. */
  close(deadlineMs: number): Promise<void>;
}

export function createGateway(options: GatewayOptions): Gateway {
  const open: OpenSignals = new Set();
  const surroundings = {
    apis: new Map(options.apis.map((api) => [api.name, api])),
    models: createLoadedModels(options.models),
    credentials: options.credentials,
    random: options.random,
    journal: options.journal,
    open,
  };
  const listener = createListener((request, response, expectsContinue) => {
    if (!isAdmin(request.url ?? '')) void answer(request, response, expectsContinue, surroundings);
    else if (request.httpVersionMajor === 1) options.admin(request, response);
    else response.writeHead(505).end();
  });
  return {
    async listen({ host, port }) {
      const address = await listener.listen({ host, port });
      const name = host.includes(':') ? `[${host}]` : host;
      return { port: address.port, url: `http://${name}:${address.port}` };
    },
    async close(deadlineMs) {
      const closed = listener.close(deadlineMs);
      for (const controller of open) controller.abort(new Error('Headwater is stopping'));
      await closed;
    },
  };
}

const isAdmin = (url: string) => /^\/_headwater(?:[/?]|$)/.test(url);
