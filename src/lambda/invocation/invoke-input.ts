import { ServiceError } from '../../core/errors.ts';
import { jsonFault } from '../../core/json/json-fault.ts';
import { entityTooLarge } from '../lambda-error.ts';

/** Quotas of the payload: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_BYTES = { RequestResponse: 6_291_456, Event: 1_048_576 } as const;

/** Quota of the client context, still in base64. */
const MAX_CLIENT_CONTEXT_BYTES = 3583;

/** How the function is called. */
export type InvocationKind = keyof typeof MAX_BYTES;

/** The payload as the function gets it; refuses what is too large or no JSON. Nothing at all stands for `{}`. */
export function requirePayload(payload: Uint8Array | undefined, kind: InvocationKind): Uint8Array {
  if (!payload || payload.length === 0) return Buffer.from('{}');
  const limit = MAX_BYTES[kind];
  if (payload.length > limit) {
    throw entityTooLarge(
      `${payload.length} byte payload is too large for the ${kind} invocation type (limit ${limit} bytes)`,
    );
  }
  const fault = jsonFault(payload);
  if (fault !== undefined) {
    throw invalidContent(`Could not parse request body into json: Could not parse payload into json: ${fault}`);
  }
  return payload;
}

/** Refuses a client context that is no base64 of a JSON object. */
export function requireClientContext(clientContext: string | undefined): void {
  if (clientContext === undefined) return;
  const fits = clientContext.length <= MAX_CLIENT_CONTEXT_BYTES && isJsonObject(clientContext);
  if (!fits) throw invalidContent('Client context must be a valid Base64-encoded JSON object.');
}

function isJsonObject(base64: string): boolean {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, 'base64').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const invalidContent = (message: string) =>
  new ServiceError('InvalidRequestContentException', message, { status: 400, members: { Type: 'User' } });
