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
}

/** Connects on the first call. */
export function adminClient({ flags }: CommandLine): AdminClient {
  const endpoint = textOf(flags, 'endpoint') ?? process.env['HEADWATER_ENDPOINT'] ?? 'http://127.0.0.1:4566';
  if (!URL.canParse(endpoint)) {
    throw new HeadwaterError('INVALID_OPTION', `--endpoint takes a URL, e.g. http://127.0.0.1:4566; got "${endpoint}"`);
  }
  const call = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await fetch(new URL(`/_headwater${path}`, endpoint), init).catch((cause) => {
      const message = `Nothing answers at ${endpoint}; start one with "headwater up", or name it with --endpoint`;
      throw new HeadwaterError('NO_ENDPOINT', message, { cause });
    });
    if (response.ok) return response;
    const { code = 'REFUSED', message = `HTTP ${response.status}` } = (await response.json().catch(() => ({}))) as {
      readonly code?: string;
      readonly message?: string;
    };
    throw new HeadwaterError(code, message);
  };
  const headers = { 'content-type': 'application/json' };
  return {
    get: async (path) => (await (await call(path)).json()) as Record<string, unknown>,
    post: async (path, body) =>
      (await (await call(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as Record<
        string,
        unknown
      >,
    async *lines(path) {
      const { body } = await call(path);
      let rest = '';
      for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        yield* lines;
      }
    },
  };
}
