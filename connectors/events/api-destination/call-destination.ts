import { type Clock, realClock, SECOND } from '../../../src/core/clock.ts';
import { refusedForGood } from '../../../src/core/delivery/deliver-to.ts';
import type { DeliveryOutcome } from '../../../src/core/target.ts';
import type { RuleDelivery } from '../delivery/rule-delivery.ts';
import { namedByArn } from './api-destination.ts';
import type { ApiDestinations } from './api-destinations.ts';
import { createAuthorization } from './authorization.ts';
import { destinationCall } from './destination-call.ts';
import { callServer, type HttpAnswer, type HttpCall } from './http-call.ts';

/** Calls the web server of an API destination with the input of a target. */
export type CallDestination = (what: RuleDelivery, input: string, signal: AbortSignal) => Promise<DeliveryOutcome>;

/** Calls with the words of the destination's connection. */
export function createCallDestination(clock: Clock, { destinations, connections }: ApiDestinations): CallDestination {
  const authorization = createAuthorization(clock, connections);
  return async (what, input, signal) => {
    const name = namedByArn(what.target.Arn, 'api-destination');
    const destination = name && (await destinations.find(name));
    const connection = destination && (await connections.find(destination.connection));
    if (destination?.arn !== what.target.Arn)
      return refusedForGood('ResourceNotFoundException', `${what.target.Arn} is gone`);
    if (!connection?.auth)
      return refusedForGood('ConnectionNotFound', 'The API destination has no authorized connection');
    try {
      const headers = await authorization.headers(connection, signal);
      const call = callOrFault(() => destinationCall(what, destination, connection, { headers, input }));
      if (typeof call === 'string') return refusedForGood('InvalidParameter', call);
      const answer = await callServer(call, signal);
      if (answer.status === 401 || answer.status === 407) authorization.refused(connection);
      return outcomeOf(answer);
    } catch (error) {
      return { kind: 'refused', permanent: false, code: 'Timeout', message: reasonOf(error) };
    }
  };
}

/** What an event puts into a header may be none; the reason then. */
function callOrFault(make: () => HttpCall): HttpCall | string {
  try {
    const call = make();
    new Headers(call.headers);
    return call;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Of a call that did not get through, the cause says more than the error itself. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

/** Refusals that may pass, besides 5xx. */
const PASSING: ReadonlySet<number> = new Set([401, 407, 409, 429]);

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html#eb-api-destination-error-codes */
function outcomeOf({ status, retryAfter }: HttpAnswer): DeliveryOutcome {
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  const retryAfterMs = retryAfter === undefined ? undefined : delayOf(retryAfter);
  const passes = (PASSING.has(status) || status >= 500) && (retryAfterMs ?? 0) >= 0;
  const message = `The API destination answered with status ${status}`;
  return { kind: 'refused', permanent: !passes, code: `Http${status}`, message, retryAfterMs };
}

/** Seconds, or the time of the server's own clock; a negative number asks for no further call. */
function delayOf(retryAfter: string): number | undefined {
  if (/^\s*-?\d+\s*$/.test(retryAfter)) return Number(retryAfter) * SECOND;
  const atMs = Date.parse(retryAfter);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - realClock.nowMs());
}
