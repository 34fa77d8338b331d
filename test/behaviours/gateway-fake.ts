import type { IncomingMessage, ServerResponse } from 'node:http';
import { realClock } from '../../src/core/clock.ts';
import { createCredentials } from '../../src/core/credentials.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { BoundOperation, Intercept, RequestContext, ServiceApi } from '../../src/core/operation.ts';
import { systemRandom } from '../../src/core/random.ts';
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts';
import { createLoadedModels } from '../../src/gateway/schema/loaded-models.ts';
import { readModel } from '../../src/package-files.ts';

/** What a fake operation was called with. */
export interface Received {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly context: RequestContext;
}

export interface FakeGateway extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly gateway: Gateway;
  readonly received: Received[];
  readonly journal: JournalEntry[];
}

type FakeOperations = Readonly<Record<string, BoundOperation>>;

/** A gateway on a free port whose services are the given functions, by service and operation. */
export async function startFakeGateway(
  services: Readonly<Record<string, FakeOperations>>,
  options: {
    readonly secrets?: ReadonlyMap<string, string>;
    readonly intercepts?: Readonly<Record<string, Intercept>>;
    readonly admin?: (request: IncomingMessage, response: ServerResponse) => void;
  } = {},
): Promise<FakeGateway> {
  const received: Received[] = [];
  const journal: JournalEntry[] = [];
  const apis = Object.entries(services).map(([name, operations]): ServiceApi => {
    const intercept = options.intercepts?.[name];
    return {
      name,
      ...(intercept ? { intercept } : {}),
      async operation(operation) {
        const run = operations[operation];
        return (
          run &&
          ((input, context) => {
            received.push({ operation, input, context });
            return run(input, context);
          })
        );
      },
    };
  });
  const gateway = createGateway({
    apis,
    credentials: createCredentials(options.secrets ?? new Map(), systemRandom),
    clock: realClock,
    random: systemRandom,
    journal: { append: (entry) => journal.push(entry) },
    models: createLoadedModels(readModel),
    admin: options.admin ?? ((_request, response) => response.writeHead(200).end('admin')),
  });
  const { port, url } = await gateway.listen({ host: '127.0.0.1', port: 0 });
  return { url, port, gateway, received, journal, [Symbol.asyncDispose]: () => gateway.close(1000) };
}
