import { type LosslessJson, parseLosslessJson, toLosslessJson } from '../../../src/core/json/lossless-json.ts';
import type { RuleDelivery } from '../delivery/rule-delivery.ts';
import { arrivalOf } from '../event/bus-event.ts';
import { parseJsonPath } from '../input/json-path.ts';
import { jsonText } from '../input/json-text.ts';
import type { ApiDestination } from './api-destination.ts';
import { headersOf, withQuery } from './authorization.ts';
import type { Connection } from './connection.ts';
import type { HttpCall } from './http-call.ts';

/**
 * What EventBridge says of itself, and what it takes out of the headers of connections and targets.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html#eb-api-destination-headers
 */
const OWN_HEADERS = { 'user-agent': 'Amazon/EventBridge/ApiDestinations', range: 'bytes=0-1048575' };
const REMOVED_HEADERS: ReadonlySet<string> = new Set(
  `a-im accept-charset accept-datetime accept-encoding cache-control connection content-encoding content-length content-md5
   date expect forwarded from host http2-settings if-match if-modified-since if-none-match if-range if-unmodified-since
   max-forwards origin pragma proxy-authorization range referer te trailer transfer-encoding user-agent upgrade via
   warning`.split(/\s+/),
);
const WITHOUT_BODY = new Set(['GET', 'HEAD']);

/** The call of an API destination for an event: where to, with which words. Throws when they make no call. */
export function destinationCall(
  what: RuleDelivery,
  { endpoint, method }: ApiDestination,
  { auth }: Connection,
  { headers, input }: { readonly headers: Readonly<Record<string, string>>; readonly input: string },
): HttpCall {
  const {
    PathParameterValues = [],
    HeaderParameters = {},
    QueryStringParameters = {},
  } = what.target.HttpParameters ?? {};
  const values = [...PathParameterValues];
  const path = endpoint.replaceAll('*', () => encodeURIComponent(valueIn(what, values.shift() ?? '*')));
  const url = withQuery(new URL(path), auth?.InvocationHttpParameters);
  for (const [key, value] of Object.entries(QueryStringParameters)) url.searchParams.set(key, valueIn(what, value));
  const own = Object.entries(HeaderParameters).map(([key, value]) => [key, valueIn(what, value)] as const);
  const trace = what.event.traceHeader === undefined ? {} : { 'x-amzn-trace-id': what.event.traceHeader };
  return {
    ...{ method, url },
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...trace,
      ...allowed([...own, ...Object.entries(headersOf(auth?.InvocationHttpParameters))]),
      ...{ ...headers, ...OWN_HEADERS },
    },
    body: WITHOUT_BODY.has(method)
      ? undefined
      : withBodyParameters(input, auth?.InvocationHttpParameters?.BodyParameters),
  };
}

/** Names in lower case, so that of two that are the same the later counts. */
const allowed = (headers: readonly (readonly [string, string])[]) =>
  Object.fromEntries(
    headers.map(([name, value]) => [name.toLowerCase(), value]).filter(([name = '']) => !REMOVED_HEADERS.has(name)),
  );

/** A value of a target's parameter: a path is looked up in the event. */
function valueIn({ event }: RuleDelivery, value: string): string {
  const found = value.startsWith('$.') ? parseJsonPath(value)?.find(arrivalOf(event).json) : undefined;
  if (found === undefined) return value.startsWith('$.') ? '' : value;
  return found.kind === 'string' ? found.value : jsonText(found);
}

/** The connection's parameters become members of a body that is an object. */
function withBodyParameters(
  input: string,
  parameters: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): string {
  const body = parameters.length > 0 ? parseLosslessJson(input) : undefined;
  if (body?.kind !== 'object') return input;
  const members = new Map<string, LosslessJson>(body.members);
  for (const { Key = '', Value = '' } of parameters) members.set(Key, toLosslessJson(Value));
  return jsonText({ ...body, members });
}
