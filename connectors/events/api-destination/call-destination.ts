import type { Clock } from '../../../src/core/clock.ts';
import { SECOND } from '../../../src/core/clock.ts';
import { type LosslessJson, parseLosslessJson, toLosslessJson } from '../../../src/core/json/lossless-json.ts';
import type { DeliveryOutcome } from '../../../src/core/target.ts';
import type { RuleDelivery } from '../delivery/rule-delivery.ts';
import { arrivalOf } from '../event/bus-event.ts';
import { parseJsonPath } from '../input/json-path.ts';
import { jsonText } from '../input/json-text.ts';
import { type ApiDestination, namedByArn } from './api-destination.ts';
import type { ApiDestinations } from './api-destinations.ts';
import { createAuthorization, headersOf, withQuery } from './authorization.ts';
import type { Connection } from './connection.ts';
import { callServer, type HttpCall } from './http-call.ts';

/** Calls the web server of an API destination with the input of a target. */
export type CallDestination = (what: RuleDelivery, input: string, signal: AbortSignal) => Promise<DeliveryOutcome>;

/** What EventBridge says of itself; connections and targets cannot say otherwise. Same page as the error codes. */
const OWN_HEADERS = { 'user-agent': 'Amazon/EventBridge/ApiDestinations', range: 'bytes=0-1048575' };
const WITHOUT_BODY = new Set(['GET', 'HEAD']);

/**
 * Errors 429 and 5xx may pass, and so may a token that is not accepted; others do not.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html#eb-api-destination-error-codes
 */
export function createCallDestination(clock: Clock, { destinations, connections }: ApiDestinations): CallDestination {
  const authorization = createAuthorization(clock, connections);
  const mayCall = createRateLimit(clock);
  return async (what, input, signal) => {
    const name = namedByArn(what.target.Arn, 'api-destination');
    const destination = name && (await destinations.find(name));
    const connection = destination && (await connections.find(destination.connection));
    if (destination?.arn !== what.target.Arn) return refused('ResourceNotFoundException', `${what.target.Arn} is gone`);
    if (!connection?.auth) return refused('ConnectionNotFound', 'The API destination has no authorized connection');
    if (!mayCall(destination)) {
      return refused('ThrottlingException', `More than ${destination.rateLimit} calls a second`, false);
    }
    try {
      const headers = await authorization.headers(connection, signal);
      const { status } = await callServer(callOf(what, destination, connection, { headers, input }), signal);
      if (status === 401 || status === 407) authorization.refused(connection);
      return outcomeOf(status, connection);
    } catch (error) {
      return refused('Timeout', error instanceof Error ? error.message : String(error), false);
    }
  };
}

function outcomeOf(status: number, { type }: Connection): DeliveryOutcome {
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  const tokenMayBeOld = type === 'OAUTH_CLIENT_CREDENTIALS' && (status === 401 || status === 407);
  const passes = status === 429 || status >= 500 || tokenMayBeOld;
  return refused(`Http${status}`, `The API destination answered with status ${status}`, !passes);
}

function callOf(
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
      ...{ 'content-type': 'application/json; charset=utf-8', ...trace, ...Object.fromEntries(own) },
      ...{ ...headersOf(auth?.InvocationHttpParameters), ...headers, ...OWN_HEADERS },
    },
    body: WITHOUT_BODY.has(method)
      ? undefined
      : withBodyParameters(input, auth?.InvocationHttpParameters?.BodyParameters),
  };
}

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

/** Counts the calls of each destination within a second, in each process for itself. */
function createRateLimit(clock: Clock) {
  const counts = new Map<string, { readonly second: number; calls: number }>();
  return ({ arn, rateLimit }: ApiDestination): boolean => {
    const second = Math.floor(clock.nowMs() / SECOND);
    const known = counts.get(arn);
    const count = known?.second === second ? known : { second, calls: 0 };
    counts.set(arn, count);
    count.calls += 1;
    return count.calls <= rateLimit;
  };
}

const refused = (code: string, message: string, permanent = true): DeliveryOutcome => ({
  ...{ kind: 'refused', permanent, code, message },
});
