import { PARTITION_HASHES, partitionHash, segmentHashes } from '../../../core/dynamodb/scan-order.ts';
import { HeadwaterError } from '../../../core/errors.ts';
import type { RangeQuery, StoredItem } from '../../../core/ports/table-store.ts';
import { SortedList } from './sorted-list.ts';

/** An item in memory; what it is replaced by is another one. */
export interface HeldItem extends StoredItem {
  readonly key: string;
  readonly bytes: number;
}

/** An item at its place in an index. */
export interface Placed {
  readonly partition: string;
  readonly sort: string;
  readonly key: string;
  readonly held: HeldItem;
}

interface Partition {
  readonly name: string;
  /** Where it stands among the partitions: a whole number of 32 bits. */
  readonly hash: number;
  readonly entries: SortedList<Placed>;
}

type Place = Pick<Placed, 'sort' | 'key'>;

/** One index of one table: its partitions in the order of their hashes, as in AWS, and in each the items in order. */
export class TableIndex {
  readonly #partitions = new Map<string, Partition>();
  readonly #order = new SortedList<Partition>(comparePartitions);
  items = 0;
  bytes = 0;

  /** Adds the item, in the place of what has its key there. */
  add(placed: Placed): void {
    const partition = this.#partitions.get(placed.partition) ?? this.#open(placed.partition);
    const replaced = partition.entries.add(placed);
    if (!replaced) this.items += 1;
    this.bytes += placed.held.bytes - (replaced?.held.bytes ?? 0);
  }

  remove(placed: Placed): void {
    const partition = this.#partitions.get(placed.partition);
    if (partition === undefined) return;
    partition.entries.remove(placed);
    this.items -= 1;
    this.bytes -= placed.held.bytes;
    if (partition.entries.size > 0) return;
    this.#partitions.delete(placed.partition);
    this.#order.remove(partition);
  }

  /** What the query asks for, however many there are. */
  *range(query: RangeQuery): Generator<Placed> {
    if (query.partition === undefined) return yield* this.#all(query);
    const partition = this.#partitions.get(query.partition);
    if (partition) yield* rangeOf(partition, query);
  }

  #open(name: string): Partition {
    const partition = { name, hash: partitionHash(name), entries: new SortedList<Placed>(comparePlaces) };
    this.#partitions.set(name, partition);
    this.#order.add(partition);
    return partition;
  }

  *#all({ after, reverse = false, segment }: RangeQuery): Generator<Placed> {
    const start = after && { name: after.partition, hash: partitionHash(after.partition) };
    const { from, to } = segment ? segmentHashes(segment) : { from: 0, to: PARTITION_HASHES };
    if (start && (start.hash < from || start.hash >= to)) {
      throw new HeadwaterError('OUTSIDE_SEGMENT', 'Reading cannot go on in a segment behind a place of another one');
    }
    const partitions = reverse
      ? this.#order.backFrom((other) => other.hash >= to || (start ? comparePartitions(other, start) > 0 : false))
      : this.#order.from((other) => other.hash >= from && (start ? comparePartitions(other, start) >= 0 : true));
    for (const partition of partitions) {
      if (reverse ? partition.hash < from : partition.hash >= to) return;
      yield* rangeOf(partition, { after: after?.partition === partition.name ? after : undefined, reverse });
    }
  }
}

function rangeOf(
  { entries }: Partition,
  { from = '', to, after, reverse }: Pick<RangeQuery, 'from' | 'to' | 'after' | 'reverse'>,
): Iterable<Placed> {
  return reverse ? backwards(entries, from, to, after) : forwards(entries, from, to, after);
}

function* forwards(entries: SortedList<Placed>, from: string, to: string | undefined, after: Place | undefined) {
  const start = (placed: Placed) => placed.sort >= from && (after === undefined || comparePlaces(placed, after) > 0);
  for (const placed of entries.from(start)) {
    if (to !== undefined && placed.sort >= to) return;
    yield placed;
  }
}

function* backwards(entries: SortedList<Placed>, from: string, to: string | undefined, after: Place | undefined) {
  const end = (placed: Placed) =>
    (to !== undefined && placed.sort >= to) || (after !== undefined && comparePlaces(placed, after) >= 0);
  for (const placed of entries.backFrom(end)) {
    if (placed.sort < from) return;
    yield placed;
  }
}

function comparePlaces(a: Place, b: Place): number {
  return compare(a.sort, b.sort) || compare(a.key, b.key);
}

function comparePartitions(a: Pick<Partition, 'hash' | 'name'>, b: Pick<Partition, 'hash' | 'name'>): number {
  return a.hash - b.hash || compare(a.name, b.name);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
