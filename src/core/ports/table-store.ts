import type { Arn } from '../arn.ts';
import type { AttributeMap, ItemChange } from '../records/dynamodb-change.ts';
import type { LogReader } from './event-log.ts';
import type { Port } from './port.ts';

/**
 * Items of tables, by primary key and in the order of their indexes, with the log of their changes. What an item, a
 * condition or an index means is the connector's: it encodes keys as byte strings (one character for each byte) that
 * compare in the order of their values, evaluates conditions, and says what it expects to find. The port owns what must be
 * atomic: all writes of a commit with their index entries and changes, or none.
 */
export interface TableStore extends Port {
  /** Makes room for a table; one that is there keeps its items. What is asked of one that is not rejects with `TABLE_MISSING`. */
  create(table: Arn): Promise<void>;
  /** Forgets the table's items and index entries. Its changes stay until their log is dropped. */
  drop(table: Arn): Promise<void>;
  /** The items under these primary keys, in that order. */
  read(table: Arn, keys: readonly string[]): Promise<readonly (StoredItem | undefined)[]>;
  /** Items of one partition of an index, or of all of it, in its order. */
  range(table: Arn, index: string, query: RangeQuery): Promise<readonly IndexedItem[]>;
  /** How many items an index holds, and their bytes. */
  size(table: Arn, index: string): Promise<{ readonly items: number; readonly bytes: number }>;
  /**
   * Checks what each write expects; when all is found so, applies them with their changes as one, and resolves once that is
   * stored. Otherwise nothing is written. A write without `item` removes; one that only expects leaves all as it is.
   */
  commit(writes: readonly TableWrite[]): Promise<CommitOutcome>;
  /** What was written to streams. */
  readonly changes: ChangeLog;
}

/** An item with the version that a write may expect; it grows with each write. */
export interface StoredItem {
  readonly item: AttributeMap;
  readonly version: number;
}

/** An item at its place in an index. */
export interface IndexedItem extends StoredItem {
  /** The primary key. */
  readonly key: string;
  readonly partition: string;
  readonly sort: string;
}

/** Where an item stands in an index; the primary index has the name `''`. Equal places are ordered by primary key. */
export interface IndexEntry {
  readonly index: string;
  readonly partition: string;
  readonly sort: string;
}

/** What to read of an index. */
export interface RangeQuery {
  /** Absent: all partitions, in an order that stays. */
  readonly partition?: string | undefined;
  /** The first sort key that is wanted, and the first behind those that are; only with a partition. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Begins behind this place, in the direction of reading; it need not exist any more. */
  readonly after?: { readonly partition: string; readonly sort: string; readonly key: string } | undefined;
  readonly reverse?: boolean | undefined;
  /** Only partitions of this share, of a scan that is cut into shares; rejects with `OUTSIDE_SEGMENT` if `after` is in another. */
  readonly segment?: { readonly number: number; readonly total: number } | undefined;
  readonly limit: number;
  /** Ends with the item with which all together come to that many bytes. */
  readonly maxBytes?: number | undefined;
}

/** One write of a commit. */
export interface TableWrite {
  readonly table: Arn;
  readonly key: string;
  /** `0`: there must be no such item; a version: it must be that; absent: whatever is there. */
  readonly expected?: number | undefined;
  /**
   * Which definition of its table the write goes by: a number that grows. Once one was written by, what goes by an older one
   * is a conflict, so that nobody writes any more as the table was before. Absent: any.
   */
  readonly edition?: number | undefined;
  /** Absent: only `expected` and `edition` are checked. */
  readonly change?: {
    readonly item: AttributeMap | undefined;
    readonly bytes: number;
    readonly entries: readonly IndexEntry[];
  };
  /** Appended to streams. */
  readonly records?: readonly ChangeRecord[] | undefined;
}

/** A change on its way to a stream. */
export interface ChangeRecord {
  readonly stream: Arn;
  readonly entry: ChangeEntry;
}

/** `conflict`: something else was found under a key than was expected, or the table has a newer definition. */
export type CommitOutcome = 'committed' | 'conflict';

/** What a stream's log holds of a change. */
export interface ChangeEntry {
  readonly name: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly change: ItemChange;
}

/**
 * The logs of tables' streams. Each shard of a stream is a partition, and a change goes to the newest: which one that is,
 * the commit decides that writes it.
 */
export interface ChangeLog extends LogReader<ChangeEntry> {
  /** Creates the stream's log with one partition; one that is there keeps what it has. */
  create(stream: Arn): Promise<void>;
  /** How many partitions the log has; none when there is no such log. */
  partitions(stream: Arn): Promise<number>;
  /** Adds partitions up to that many. Once it resolves, all that an older one will ever hold can be read. */
  grow(stream: Arn, partitions: number): Promise<void>;
  drop(stream: Arn): Promise<void>;
  trimBefore(stream: Arn, partition: number, offset: number): Promise<void>;
  /** When the newest change arrived, as far as this process knows, as with `known`. */
  newestAtMs(stream: Arn, partition: number): number | undefined;
}
