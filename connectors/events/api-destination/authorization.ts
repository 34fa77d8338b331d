import type { ConnectionHttpParameters } from '@aws-sdk/client-eventbridge';
import type { Clock } from '../../../src/core/clock.ts';
import { SECOND } from '../../../src/core/clock.ts';
import { derivedUuid } from '../../../src/core/delivery/derived-uuid.ts';
import { parseLosslessJson } from '../../../src/core/json/lossless-json.ts';
import type { Connection } from './connection.ts';
import { callServer, type HttpAnswer, type HttpCall } from './http-call.ts';
import type { NamedEntries } from './named-entries.ts';

/** Says who calls. */
export interface Authorization {
  /** The headers of a call; rejects when no token can be had. */
  headers(connection: Connection, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** The server did not accept it: the next call asks for another token. */
  refused(connection: Connection): void;
}

interface Token {
  readonly text: string;
  readonly untilMs: number;
}

/** How long a token is used that does not say when it ends. */
const TOKEN_LIFE_SECONDS = 3600;

/** Tokens are kept by each process for itself, until they end; calls that need one at the same time ask for it once. */
export function createAuthorization(clock: Clock, connections: NamedEntries<Connection>): Authorization {
  const tokens = new Map<string, Token>();
  const asked = new Map<string, Promise<string>>();
  // Not by the time of its last change, which on a virtual clock may be that of the change before.
  const keyOf = ({ arn, auth }: Connection) => derivedUuid(arn, JSON.stringify(auth));
  const ask = async (connection: Connection, signal: AbortSignal): Promise<string> => {
    const { text, seconds } = tokenIn(await callServer(tokenCall(connection), signal));
    for (const [key, { untilMs }] of tokens) if (untilMs <= clock.nowMs()) tokens.delete(key);
    tokens.set(keyOf(connection), { text, untilMs: clock.nowMs() + seconds * SECOND });
    return text;
  };
  const authorized = async (connection: Connection) => {
    await connections.change(connection, 'update', (current) =>
      current.arn === connection.arn && current.state === 'AUTHORIZING' ? { ...current, state: 'AUTHORIZED' } : current,
    );
  };
  const tokenOf = async (connection: Connection, signal: AbortSignal): Promise<string> => {
    const key = keyOf(connection);
    const known = tokens.get(key);
    if (known && known.untilMs > clock.nowMs()) return known.text;
    const answer = asked.get(key) ?? ask(connection, signal).finally(() => asked.delete(key));
    asked.set(key, answer);
    return await answer;
  };
  return {
    async headers(connection, signal): Promise<Readonly<Record<string, string>>> {
      const { BasicAuthParameters: basic, ApiKeyAuthParameters: key } = connection.auth ?? {};
      if (basic) {
        const credentials = Buffer.from(`${basic.Username}:${basic.Password}`).toString('base64');
        return { authorization: `Basic ${credentials}` };
      }
      if (key) return { [(key.ApiKeyName ?? '').toLowerCase()]: key.ApiKeyValue ?? '' };
      const token = await tokenOf(connection, signal);
      if (connection.state === 'AUTHORIZING') await authorized(connection);
      return { authorization: `Bearer ${token}` };
    },
    refused: (connection) => void tokens.delete(keyOf(connection)),
  };
}

/** The token of an answer. What else it says may be secret, and is not repeated. */
function tokenIn({ status, body }: HttpAnswer): { readonly text: string; readonly seconds: number } {
  const answer = status < 300 ? parseLosslessJson(body) : undefined;
  const members = answer?.kind === 'object' ? answer.members : undefined;
  const [token, life] = [members?.get('access_token'), members?.get('expires_in')];
  if (token?.kind !== 'string') throw new Error(`The authorization endpoint answered ${status} without a token`);
  const seconds = life?.kind === 'number' || life?.kind === 'string' ? Number(life.value) : Number.NaN;
  return { text: token.value, seconds: Number.isNaN(seconds) ? TOKEN_LIFE_SECONDS : seconds };
}

/** A token by the client's credentials. https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
function tokenCall({ auth }: Connection): HttpCall {
  const { ClientParameters: client, AuthorizationEndpoint = '', HttpMethod } = auth?.OAuthParameters ?? {};
  const method = HttpMethod?.toUpperCase() ?? 'POST';
  const parameters = auth?.OAuthParameters?.OAuthHttpParameters;
  const url = withQuery(new URL(AuthorizationEndpoint), parameters);
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: client?.ClientID ?? '',
    client_secret: client?.ClientSecret ?? '',
  });
  for (const { Key = '', Value = '' } of parameters?.BodyParameters ?? []) form.set(Key, Value);
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...headersOf(parameters) };
  return { method, url, headers, body: method === 'GET' ? undefined : form.toString() };
}

/** The headers among a connection's parameters. */
export const headersOf = (parameters: ConnectionHttpParameters | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries((parameters?.HeaderParameters ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));

/** The address with a connection's parameters. */
export function withQuery(url: URL, parameters: ConnectionHttpParameters | undefined): URL {
  for (const { Key = '', Value = '' } of parameters?.QueryStringParameters ?? []) url.searchParams.set(Key, Value);
  return url;
}
