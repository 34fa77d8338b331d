import { ServiceError } from '../core/errors.ts';
import type { Journal } from '../core/journal.ts';
import { INTERNAL_FAILURE, incompleteBody, internalFailure } from './wire-error.ts';

/** What a caller learns of an error; a fault of ours is recorded. */
export function asServiceError(error: unknown, journal: Journal, requestId: string): ServiceError {
  const known = error instanceof ServiceError ? error : clientGone(error) ? incompleteBody() : internalFailure();
  if (known.code === INTERNAL_FAILURE) recordFault(journal, error, requestId);
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
