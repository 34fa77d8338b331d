import { BackendUnavailable, ServiceError } from '../core/errors.ts';
import type { Journal } from '../core/journal.ts';
import { INTERNAL_FAILURE, incompleteBody, internalFailure, serviceUnavailable } from './wire-error.ts';

/** What a caller learns of an error; a fault of ours, or of a backend, is recorded. */
export function asServiceError(
  error: unknown,
  journal: Journal,
  call: { readonly service: string; readonly requestId: string },
): ServiceError {
  if (error instanceof BackendUnavailable) {
    journal.append({ kind: 'fault', what: `${call.service}: ${error.message}`, requestId: call.requestId });
    return serviceUnavailable(call.service);
  }
  const known = error instanceof ServiceError ? error : clientGone(error) ? incompleteBody() : internalFailure();
  if (known.code === INTERNAL_FAILURE) recordFault(journal, error, call.requestId);
  return known;
}

/** Whether a body ended because its client went away, which is no fault of ours. */
function clientGone(error: unknown): boolean {
  const { code } = error as { readonly code?: string };
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** The stack is for the journal only, never for the wire. */
export function recordFault(journal: Journal, error: unknown, requestId: string | undefined): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  journal.append({ kind: 'fault', what: `Internal failure: ${stack.split('\n')[0]}`, requestId, detail: { stack } });
}
