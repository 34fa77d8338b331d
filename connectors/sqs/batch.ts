import { ServiceError } from '../../src/core/errors.ts';
import { legacyCode } from './errors.ts';

/** What each operation's entries are called in AWS's sentences. */
export type BatchOperation = 'SendMessage' | 'DeleteMessage' | 'ChangeMessageVisibility';

const MAX_ENTRIES = 10;
const ENTRY_ID = /^[\w-]{1,80}$/;

interface Entry {
  readonly Id: string | undefined;
}

/** Checks how many entries there are and the form of their ids. */
export function checkEntries<E extends Entry>(
  entries: readonly E[] | undefined,
  operation: BatchOperation,
): readonly E[] {
  if (entries === undefined || entries.length === 0) {
    const message = `There should be at least one ${operation}BatchRequestEntry in the request.`;
    throw new ServiceError('EmptyBatchRequest', message);
  }
  if (entries.length > MAX_ENTRIES) {
    const message = `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`;
    throw new ServiceError('TooManyEntriesInBatchRequest', message);
  }
  if (!entries.every(({ Id }) => ENTRY_ID.test(Id ?? ''))) {
    throw new ServiceError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  return entries;
}

/** Refuses a batch in which an id occurs twice. */
export function checkDistinct(entries: readonly Entry[]): void {
  const seen = new Set<string | undefined>();
  for (const { Id } of entries) {
    if (seen.has(Id)) throw new ServiceError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    seen.add(Id);
  }
}

/** A refused entry of a batch that went through. */
export interface FailedEntry {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

/** What an entry's refusal looks like in the answer; a fault of ours is thrown on. */
export function failedEntry(id: string | undefined, error: unknown): FailedEntry {
  if (!(error instanceof ServiceError)) throw error;
  return { Id: id ?? '', SenderFault: true, Code: legacyCode(error), Message: error.message };
}

/** Lists that are empty are absent from a batch's answer (recorded). */
export function batchOutput<Success>(successful: readonly Success[], failed: readonly FailedEntry[]) {
  return {
    ...(successful.length > 0 ? { Successful: [...successful] } : {}),
    ...(failed.length > 0 ? { Failed: [...failed] } : {}),
  } as { Successful: Success[]; Failed: FailedEntry[] };
}
