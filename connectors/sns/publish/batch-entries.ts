import type { PublishBatchRequestEntry } from '@aws-sdk/client-sns';
import { ServiceError } from '../../../src/core/errors.ts';

const MAX_ENTRIES = 10;
const MAX_ID = 80;

/** Checks how many entries there are and their ids. https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
export function checkEntries(
  entries: readonly PublishBatchRequestEntry[] | undefined,
): readonly PublishBatchRequestEntry[] {
  if (!entries?.length) {
    throw new ServiceError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  }
  if (entries.length > MAX_ENTRIES) {
    const message = 'The batch request contains more entries than permissible.';
    throw new ServiceError('TooManyEntriesInBatchRequest', message);
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    const message = 'Two or more batch entries in the request have the same Id.';
    throw new ServiceError('BatchEntryIdsNotDistinct', message);
  }
  for (const { Id = '' } of entries) checkId(Id);
  return entries;
}

function checkId(id: string): void {
  const problem =
    id.length > MAX_ID ? 'is too long' : /^[\w-]+$/.test(id) ? undefined : 'contains an impermissible character';
  if (problem === undefined) return;
  throw new ServiceError('InvalidBatchEntryId', `The Id of a batch entry in the batch request ${problem}: ${id}`);
}

/** Refuses messages that are too large together. */
export function checkTotal(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  const message = 'The length of all the messages put together is more than the limit.';
  throw new ServiceError('BatchRequestTooLong', message);
}
