import { BackendUnavailable, HeadwaterError } from '../../../src/core/errors.ts';
import type { AppendedEntry, StreamEntry } from '../../../src/core/ports/event-log.ts';
import { rateExceeded, streamNotFound } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { explicitHashKey, hashOfPartitionKey } from '../shards/hash-key.ts';
import { sequenceNumberAt } from '../shards/sequence-number.ts';
import { isClosing, type Shard, shardIdOf } from '../shards/shard.ts';
import { logOf, type Stream, shardAt, shardFor } from '../stream/stream.ts';
import type { PutResult } from './put-result.ts';
import { type CountParts, countPut } from './stream-metrics.ts';

/** A record that is about to be put. */
export interface OutgoingRecord extends StreamEntry {
  readonly explicitHashKey?: string | undefined;
}

/** What putting records works on. */
export type Writable = Pick<KinesisService, 'directory' | 'log' | 'retention' | 'throughput' | 'journal'> & CountParts;

interface Placed {
  readonly record: OutgoingRecord;
  readonly hash: string;
  readonly give: (result: PutResult) => void;
}

/** Puts records, those of one shard in their order; resolves once all are stored or refused. */
export async function putRecords(
  service: Writable,
  stream: Stream,
  records: readonly OutgoingRecord[],
): Promise<readonly PutResult[]> {
  const results: PutResult[] = [];
  let waiting: readonly Placed[] = records.map((record, index) => ({
    record,
    hash:
      record.explicitHashKey === undefined
        ? hashOfPartitionKey(record.partitionKey)
        : explicitHashKey(record.explicitHashKey),
    give: (result) => {
      results[index] = result;
    },
  }));
  waiting = waiting.filter((placed) => admit(service, stream, placed));
  for (let current = stream; waiting.length > 0; ) {
    service.retention.expect(current);
    const strays = await appendTo(service, current, waiting);
    current = strays.stream;
    waiting = strays.placed;
  }
  tellJournal(service, stream, results);
  countPut(service, stream, records, results);
  return results;
}

function admit({ throughput }: Writable, stream: Stream, { record, hash, give }: Placed): boolean {
  const shard = shardFor(stream, hash);
  if (throughput.takes(stream, shard, bytesOf(record))) return true;
  const { code, message } = rateExceeded(shardIdOf(shard.index), stream);
  give({ kind: 'refused', code, message });
  return false;
}

/** What a record counts for. */
export const bytesOf = ({ partitionKey, data }: StreamEntry): number => Buffer.byteLength(partitionKey) + data.length;

/**
 * Appends to the shards that the hash keys belong to. Nobody is told yet: a shard may have been closed before the record got
 * its place in it. Such a record lies behind the shard's end, where nobody reads, and is returned to be put into a child.
 */
async function appendTo(
  { directory, log }: Writable,
  stream: Stream,
  waiting: readonly Placed[],
): Promise<{ readonly stream: Stream; readonly placed: readonly Placed[] }> {
  const groups = byShard(stream, waiting);
  const appended = await Promise.allSettled(
    groups.map(([{ index }, placed]) => log.append(logOf(stream), index, placed.map(entryOf))),
  );
  const failures = appended.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (failures.length === groups.length && failures.every(isUnavailable)) throw failures[0];
  const now = await stateOf(directory, stream);
  if (failures.some(isLogMissing)) await directory.mend(now);
  const strays: Placed[] = [];
  for (const [group, [shard, placed]] of groups.entries()) {
    const outcome = appended[group];
    if (outcome?.status === 'fulfilled') strays.push(...place(placed, outcome.value, shard, shardAt(now, shard.index)));
    else if (isLogMissing(outcome?.reason)) strays.push(...placed);
    else refuse(placed);
  }
  return { stream: now, placed: strays };
}

function byShard(stream: Stream, waiting: readonly Placed[]): readonly (readonly [Shard, readonly Placed[]])[] {
  const groups = new Map<Shard, Placed[]>();
  for (const placed of waiting) {
    const shard = shardFor(stream, placed.hash);
    const group = groups.get(shard);
    if (group) group.push(placed);
    else groups.set(shard, [placed]);
  }
  return [...groups];
}

/** The stream as it is after the append; where it is just closing a shard, once that is done. */
async function stateOf(directory: Writable['directory'], stream: Stream): Promise<Stream> {
  const now = await directory.find(stream, stream.name);
  if (now?.id !== stream.id) throw streamNotFound(stream);
  return now.shards.some(isClosing) ? await directory.settleClosed(now) : now;
}

/** Gives the results of those that lie before the shard's end; returns the others. */
function place(
  placed: readonly Placed[],
  appended: readonly AppendedEntry[],
  shard: Shard,
  now: Shard | undefined,
): readonly Placed[] {
  const end = now ? (now.endOffset ?? Number.POSITIVE_INFINITY) : 0;
  return placed.filter(({ give }, index) => {
    const { offset, arrivedAtMs } = appended[index] ?? { offset: end, arrivedAtMs: 0 };
    if (offset >= end) return true;
    const sequenceNumber = sequenceNumberAt(shard, offset, arrivedAtMs);
    give({ kind: 'put', shardId: shardIdOf(shard.index), sequenceNumber });
    return false;
  });
}

/** A stream that was deleted has none; one that is just created has none yet. */
const isLogMissing = (reason: unknown) => reason instanceof HeadwaterError && reason.code === 'LOG_MISSING';

const isUnavailable = (reason: unknown) => reason instanceof BackendUnavailable;

function refuse(placed: readonly Placed[]): void {
  const refused: PutResult = { kind: 'refused', code: 'InternalFailure', message: 'Internal Service Failure' };
  for (const { give } of placed) give(refused);
}

const entryOf = ({ record: { partitionKey, data } }: Placed): StreamEntry => ({ partitionKey, data });

/** One entry a call: the stream itself keeps the records. */
function tellJournal({ journal }: Writable, { name, arn }: Stream, results: readonly PutResult[]): void {
  const eventIds = results.flatMap((each) => (each.kind === 'put' ? [`${each.shardId}:${each.sequenceNumber}`] : []));
  if (eventIds.length === 0) return;
  const what = `Kinesis ${eventIds.length === 1 ? 'record' : `${eventIds.length} records`} to ${name}`;
  journal.append({ kind: 'event', what, eventIds, arn });
}
