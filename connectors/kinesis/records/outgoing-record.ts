import { invalidParameter, missingMember, streamNotFound } from '../errors.ts';
import { explicitHashKey } from '../shards/hash-key.ts';
import { type Stream, statusOf } from '../stream/stream.ts';
import { bytesOf, type OutgoingRecord } from './writing.ts';

const MAX_KEY_CHARACTERS = 256;

/** A record as requests have it. */
export interface RecordInput {
  readonly Data?: Uint8Array | undefined;
  readonly PartitionKey?: string | undefined;
  readonly ExplicitHashKey?: string | undefined;
}

/** Refuses to put into a stream that is not there yet, or no more. */
export function refuseBefore(stream: Stream, nowMs: number): void {
  const status = statusOf(stream, nowMs);
  if (status !== 'ACTIVE' && status !== 'UPDATING') throw streamNotFound(stream);
}

/** @param path of the record's members in the request, for refusals */
export function checkRecord(stream: Stream, input: RecordInput, path: string): OutgoingRecord {
  const { Data, PartitionKey, ExplicitHashKey } = input;
  if (Data === undefined) throw missingMember(`${path}data`);
  if (PartitionKey === undefined) throw missingMember(`${path}partitionKey`);
  checkPartitionKey(PartitionKey, path);
  if (ExplicitHashKey !== undefined) explicitHashKey(ExplicitHashKey);
  const record = { partitionKey: PartitionKey, data: Data, explicitHashKey: ExplicitHashKey };
  const maxBytes = stream.maxRecordKiB * 1024;
  if (bytesOf(record) <= maxBytes) return record;
  throw invalidParameter(
    `1 validation error detected: Value at '${path}data' failed to satisfy constraint: Member must have length less than or equal to ${maxBytes}`,
  );
}

/** The gateway has checked requests; deliveries come without one. */
function checkPartitionKey(key: string, path: string): void {
  if (key.length >= 1 && key.length <= MAX_KEY_CHARACTERS) return;
  const rule = key.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${MAX_KEY_CHARACTERS}`;
  throw invalidParameter(
    `1 validation error detected: Value '${key}' at '${path}partitionKey' failed to satisfy constraint: Member must have length ${rule}`,
  );
}
