import type { LogRecord, ReadLimits, StreamEntry } from '../../../src/core/ports/event-log.ts';
import type { ReadFrom } from '../../../src/core/source.ts';
import type { KinesisService } from '../service.ts';
import { parseSequenceNumber } from '../shards/sequence-number.ts';
import type { Shard } from '../shards/shard.ts';
import type { Stream } from '../stream/stream.ts';

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
  await retention.trim(stream, shard);
  const begin = Math.max(from, (await log.bounds(stream.arn, shard.index)).first);
  const left = shard.endOffset === undefined ? Number.POSITIVE_INFINITY : shard.endOffset - begin;
  const lost = Math.min(begin, shard.endOffset ?? begin) - from;
  if (left <= 0) return { records: [], next: from, ended: true, lost: Math.max(0, lost) };
  const maxRecords = Math.min(limits.maxRecords, left);
  const records = await log.read(stream.arn, shard.index, begin, { ...limits, maxRecords });
  return { records, next: (records.at(-1)?.offset ?? begin - 1) + 1, ended: false, lost: Math.max(0, lost) };
}

/** How many records lie between an offset and the end, as far as this process knows. */
export function countBehind({ log }: Pick<Readable, 'log'>, stream: Stream, shard: Shard, from: number): number {
  const { first, next } = log.known(stream.arn, shard.index);
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
  const { first, next } = await log.bounds(stream.arn, shard.index);
  const end = shard.endOffset ?? next;
  switch (from.at) {
    case 'trim-horizon':
      return Math.min(first, end);
    case 'latest':
      return end;
    case 'timestamp':
      return Math.min(end, await log.offsetAt(stream.arn, shard.index, from.timestampMs));
    default: {
      const { offset } = parseSequenceNumber(from.sequenceNumber) ?? { offset: first };
      const wanted = from.at === 'after-sequence-number' ? offset + 1 : offset;
      return Math.min(Math.max(wanted, 0), end);
    }
  }
}
