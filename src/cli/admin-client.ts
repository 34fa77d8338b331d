import { HeadwaterError } from '../core/errors.ts';
import type { CommandLine, Flags } from './command.ts';
import { textOf } from './parse.ts';

/** The flag of every command that talks to a running endpoint. */
export const endpointFlag: Flags = {
  endpoint: {
    value: 'URL',
    help: 'The running endpoint. Also from HEADWATER_ENDPOINT.',
    default: 'http://127.0.0.1:4566',
  },
};

/** The admin API of the endpoint that a command line names. */
export interface AdminClient {
  get(path: string): Promise<Record<string, unknown>>;
  post(path: string, body: unknown): Promise<Record<string, unknown>>;
  /** Lines as they come. */
  lines(path: string): AsyncIterable<string>;
  /** Sends JSON, or lines as they come, and gets lines as they come. */
  postForLines(path: string, body: unknown): AsyncIterable<string>;
}

/** The endpoint that a command line names. */
export function endpointOf({ flags }: CommandLine): string {
  const endpoint = textOf(flags, 'endpoint') ?? process.env['HEADWATER_ENDPOINT'] ?? 'http://127.0.0.1:4566';
  if (URL.canParse(endpoint)) return endpoint;
  throw new HeadwaterError('INVALID_OPTION', `--endpoint takes a URL, e.g. http://127.0.0.1:4566; got "${endpoint}"`);
}

/** Connects on the first call. */
export function adminClient(line: CommandLine): AdminClient {
  const endpoint = endpointOf(line);
  const call = (path: string, init?: RequestInit) => request(endpoint, path, init);
  const json = async (response: Response) =>
    (await response.json().catch((cause) => {
      throw cause instanceof SyntaxError ? foreign(endpoint, response.status, cause) : gone(endpoint, cause);
    })) as Record<string, unknown>;
  return {
    get: async (path) => await json(await call(path)),
    post: async (path, body) => await json(await call(path, posting(body))),
    async *lines(path) {
      yield* linesOf(await call(path), endpoint);
    },
    async *postForLines(path, body) {
      yield* linesOf(await call(path, posting(body)), endpoint);
    },
  };
}

async function request(endpoint: string, path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(new URL(`/_headwater${path}`, endpoint), init).catch((cause) => {
    if (isLost(cause)) throw gone(endpoint, cause);
    const message = `Nothing answers at ${endpoint}; start one with "headwater up", or name it with --endpoint`;
    throw new HeadwaterError('NO_ENDPOINT', message, { cause });
  });
  if (response.ok) return response;
  const { code, message } = (await response.json().catch(() => ({}))) as {
    readonly code?: string;
    readonly message?: string;
  };
  throw code !== undefined && message !== undefined
    ? new HeadwaterError(code, message)
    : foreign(endpoint, response.status);
}

/** Another server has the port, as it was told to have or by chance. */
export const foreign = (endpoint: string, status: number, cause?: unknown): HeadwaterError =>
  new HeadwaterError(
    'FOREIGN_ENDPOINT',
    `What answers at ${endpoint} is not Headwater (HTTP ${status}); name the endpoint with --endpoint`,
    { cause },
  );

/** The connection was there, and ended. */
const isLost = ({ cause }: { readonly cause?: { readonly code?: string } }) =>
  /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/.test(cause?.code ?? '');

const gone = (endpoint: string, cause: unknown) =>
  new HeadwaterError('ENDPOINT_GONE', `The endpoint at ${endpoint} went away before it had told all`, { cause });

function posting(body: unknown): RequestInit & { readonly duplex?: 'half' } {
  if (body instanceof ReadableStream) {
    return { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body, duplex: 'half' };
  }
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Empty ones only say that the endpoint is still there. */
async function* linesOf({ body }: Response, endpoint: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of textOfBody(body, endpoint)) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
}

async function* textOfBody(body: Response['body'], endpoint: string): AsyncGenerator<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const read = await reader?.read().catch((cause) => {
        throw gone(endpoint, cause);
      });
      if (!read || read.done) return;
      yield read.value;
    }
  } finally {
    await reader?.cancel().catch(() => {});
  }
}
