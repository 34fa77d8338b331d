import type { Arn } from '../arn.ts';
import type { Port } from './port.ts';

/**
 * Reads logs: numbered partitions of entries in the order they were appended. Offsets of a partition grow by one from 0
 * and are never given twice; the oldest entries may be gone.
 */
export interface LogReader<Entry> {
  /** Entries from `fromOffset` on, or from the oldest that is left; never waits. A partition that is not there is empty. */
  read(log: Arn, partition: number, fromOffset: number, limits: ReadLimits): Promise<readonly LogRecord<Entry>[]>;
  /** The offset of the first entry that arrived at or after that time; `next` when there is none. */
  offsetAt(log: Arn, partition: number, timestampMs: number): Promise<number>;
  /** What is there, whoever wrote it. */
  bounds(log: Arn, partition: number): Promise<LogBounds>;
  /**
   * What is there as far as this process knows at this instant: all that it appended itself, all that its reads and `bounds`
   * found, and what others did while somebody waits for it by `onAppend`, some milliseconds late.
   */
  known(log: Arn, partition: number): LogBounds;
  /**
   * Calls `wake` after entries became readable, by whichever process, once for many; also when that cannot be told any more,
   * as the log does not answer. Disposing ends it.
   */
  onAppend(log: Arn, partition: number, wake: () => void): Disposable;
}

/** How much one read returns at most; the first record comes however large it is. */
export interface ReadLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** One entry in its place. */
export interface LogRecord<Entry> {
  readonly offset: number;
  readonly arrivedAtMs: number;
  readonly entry: Entry;
}

/** `first` is the oldest entry that is left, `next` the offset that the next one gets; equal when there is none. */
export interface LogBounds {
  readonly first: number;
  readonly next: number;
}

/** What a stream's record holds beside its place. */
export interface StreamEntry {
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

/**
 * Logs of streams. Shards, hash ranges and sequence numbers are the connector's: a log has one partition for each shard
 * that was ever created, and a sequence number encodes the offset. Times are on the clock that the driver was given.
 */
export interface EventLog extends Port, LogReader<StreamEntry> {
  /** Creates the log with that many partitions; one that is there keeps what it has. */
  create(log: Arn, partitions: number): Promise<void>;
  /** Adds partitions up to that many. */
  grow(log: Arn, partitions: number): Promise<void>;
  /** Forgets the log and its entries. */
  drop(log: Arn): Promise<void>;
  /**
   * Appends in order and resolves with their offsets once they are stored; only then can they be read. Of one process, what is
   * appended first lies first and arrives no later; between processes the log decides, and arrivals may differ as clocks do.
   * Rejects with `LOG_MISSING` when the log or partition is gone.
   */
  append(log: Arn, partition: number, entries: readonly StreamEntry[]): Promise<readonly AppendedEntry[]>;
  /** Forgets what lies before the offset. */
  trimBefore(log: Arn, partition: number, offset: number): Promise<void>;
}

/** Where an entry came to lie. */
export interface AppendedEntry {
  readonly offset: number;
  readonly arrivedAtMs: number;
}
