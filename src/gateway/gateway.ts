import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, sleep } from '../core/clock.ts';
import type { Credentials } from '../core/credentials.ts';
import type { Journal } from '../core/journal.ts';
import type { ServiceApi } from '../core/operation.ts';
import type { Random } from '../core/random.ts';
import { answer } from './answer.ts';
import { createListener } from './http/listen.ts';
import { OpenSignals } from './open-signals.ts';
import type { LoadedModels } from './schema/loaded-models.ts';

export interface GatewayOptions {
  readonly apis: readonly ServiceApi[];
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly models: LoadedModels;
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
  /** Ends long polls, now and from now on. All else is still answered: functions at work may need it. */
  quiesce(): void;
  /** Ends long polls, lets the requests in progress finish until the deadline, then stops accepting. */
  close(deadlineMs: number): Promise<void>;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { clock } = options;
  const open = new OpenSignals();
  const inProgress = new Set<Promise<void>>();
  const surroundings = {
    apis: new Map(options.apis.map((api) => [api.name, api])),
    models: options.models,
    credentials: options.credentials,
    random: options.random,
    journal: options.journal,
    open,
  };
  const listener = createListener((request, response, expectsContinue) => {
    if (!isAdmin(request.url ?? '')) {
      const answering = answer(request, response, expectsContinue, surroundings);
      inProgress.add(answering);
      void answering.then(() => inProgress.delete(answering));
    } else if (request.httpVersionMajor === 1) options.admin(request, response);
    else response.writeHead(505).end();
  });
  return {
    async listen({ host, port }) {
      const address = await listener.listen({ host, port });
      const name = host.includes(':') ? `[${host}]` : host;
      return { port: address.port, url: `http://${name}:${address.port}` };
    },
    quiesce: () => open.end(),
    async close(deadlineMs) {
      const endMs = clock.nowMs() + deadlineMs;
      open.end();
      // Whoever is invoked by one of these may call us to finish, on a connection of its own.
      await within(clock, deadlineMs, Promise.all(inProgress));
      await listener.close(Math.max(0, endMs - clock.nowMs()));
    },
  };
}

async function within(clock: Clock, deadlineMs: number, work: Promise<unknown>): Promise<void> {
  const giveUp = new AbortController();
  await Promise.race([work, sleep(clock, deadlineMs, giveUp.signal).catch(() => {})]);
  giveUp.abort();
}

const isAdmin = (url: string) => /^\/_headwater(?:[/?]|$)/.test(url);
