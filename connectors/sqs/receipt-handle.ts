import type { HandleOutcome } from '../../src/core/ports/message-queue.ts';
import { invalidValue, missingParameter, receiptHandleIsInvalid } from './errors.ts';
import { isFifo, type Queue } from './queue.ts';

const MAX_VISIBILITY_SECONDS = 43_200;

/** A handle that was given at all. */
export function checkHandle(handle: string | undefined): string {
  if (!handle?.trim()) throw missingParameter('ReceiptHandle');
  return handle;
}

/** A timeout that was given, in seconds. */
export function checkTimeout(seconds: number | undefined): number {
  if (seconds === undefined) throw missingParameter('VisibilityTimeout');
  if (seconds < 0 || seconds > MAX_VISIBILITY_SECONDS) {
    throw invalidValue(seconds, 'VisibilityTimeout', `Must be between 0 and ${MAX_VISIBILITY_SECONDS}.`);
  }
  return seconds;
}

/**
 * Refuses where AWS does. A standard queue takes old handles without a word; a FIFO queue minds them (recorded).
 */
export function checkDeleted(queue: Queue, handle: string, outcome: HandleOutcome | undefined): void {
  if (outcome === 'invalid') throw receiptHandleIsInvalid(handle);
  if (outcome === 'expired' || (outcome === 'stale' && isFifo(queue))) {
    throw invalidValue(handle, 'ReceiptHandle', 'The receipt handle has expired.');
  }
}

/** The same for a changed visibility, which a message that is gone cannot have. */
export function checkChanged(handle: string, seconds: number, outcome: HandleOutcome | undefined): void {
  if (outcome === 'invalid') throw receiptHandleIsInvalid(handle);
  if (outcome === 'too-long') {
    const reason = `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds].`;
    throw invalidValue(seconds, 'VisibilityTimeout', reason);
  }
  if (outcome !== 'done') {
    const reason = 'Message does not exist or is not available for visibility timeout change.';
    throw invalidValue(handle, 'ReceiptHandle', reason);
  }
}
