import type { LogRecord, ReadLimits, StreamEntry } from '../../../src/core/ports/event-log.ts';
import type { ReadFrom } from '../../../src/core/source.ts';
import type { KinesisService } from '../service.ts';
import { parseSequenceNumber } from '../shards/sequence-number.ts';
import type { Shard } from '../shards/shard.ts';
import { logOf, type Stream } from '../stream/stream.ts';

/** What reading works on. */
export type Readable = Pick<KinesisService, 'log' | 'retention'>;

/** What was read of a shard. */
export interface Page {
  readonly records: readonly LogRecord<StreamEntry>[];
  /** Where reading goes on. */
  readonly next: number;
  /** The shard is closed and nothing is left of it. */
  readonly ended: boolean;
  /** How many records from where reading began were trimmed already. */
  readonly lost: number;
}

/** Reads records that have not expired, from an offset on. */
export async function readShard(
  { log, retention }: Readable,
  stream: Stream,
  shard: Shard,
  from: number,
  limits: ReadLimits,
): Promise<Page> {
  const end = shard.endOffset ?? Number.POSITIVE_INFINITY;
  if (from >= end) return { records: [], next: from, ended: true, lost: 0 };
  const maxRecords = Math.min(limits.maxRecords, end - from);
  const read = () => log.read(logOf(stream), shard.index, from, { ...limits, maxRecords });
  let found = await read();
  if (found[0] && retention.isTooOld(stream, found[0].arrivedAtMs)) {
    await retention.trim(stream, shard);
    found = await read();
  }
  // What is left may begin behind where reading was to begin, and even behind the end.
  const begin = Math.max(from, log.known(logOf(stream), shard.index).first);
  const lost = Math.min(begin, end) - from;
  const records = found.filter(({ offset }) => offset < end);
  if (records.length === 0 && begin >= end) return { records, next: from, ended: true, lost };
  return { records, next: (records.at(-1)?.offset ?? begin - 1) + 1, ended: false, lost };
}

/** How many records lie between an offset and the end, as far as this process knows. */
export function countBehind({ log }: Pick<Readable, 'log'>, stream: Stream, shard: Shard, from: number): number {
  const { first, next } = log.known(logOf(stream), shard.index);
  return Math.max(0, Math.min(next, shard.endOffset ?? next) - Math.max(from, first));
}

/** Where reading can start. */
export type StartingPoint = Exclude<ReadFrom, { readonly at: 'position' }>;

/** The offset at which reading starts. Sequence numbers must have been checked. */
export async function offsetOf(
  { log, retention }: Readable,
  stream: Stream,
  shard: Shard,
  from: StartingPoint,
): Promise<number> {
  await retention.trim(stream, shard);
  const { first, next } = await log.bounds(logOf(stream), shard.index);
  const end = shard.endOffset ?? next;
  switch (from.at) {
    case 'trim-horizon':
      return Math.min(first, end);
    case 'latest':
      return end;
    case 'timestamp':
      return Math.min(end, await log.offsetAt(logOf(stream), shard.index, from.timestampMs));
    default: {
      const { offset } = parseSequenceNumber(from.sequenceNumber) ?? { offset: first };
      const wanted = from.at === 'after-sequence-number' ? offset + 1 : offset;
      return Math.min(Math.max(wanted, 0), end);
    }
  }
}
