import type { IndexEntry, IndexedItem, RangeQuery, TableWrite } from '../../../core/ports/table-store.ts';
import { type Row, rowId, rowNumbers, type TableStoreRecords } from './records.ts';
import { TableIndex } from './table-index.ts';

const EMPTY = new TableIndex();

/** One table in memory: its rows by primary key, and its indexes. */
export class TableItems {
  /** Begins the ids of its rows. */
  readonly number: number;
  readonly #records: TableStoreRecords;
  readonly #rows = new Map<string, Row>();
  readonly #indexes = new Map<string, TableIndex>();
  #nextRow = 0;
  /** The newest definition that was written by; nothing goes by an older one after a restart. */
  #edition = 0;

  constructor(number: number, records: TableStoreRecords) {
    this.number = number;
    this.#records = records;
  }

  /** Takes in a row that was stored before. */
  restore(row: Row): void {
    this.#nextRow = Math.max(this.#nextRow, rowNumbers(row.id).row + 1);
    this.#hold(row);
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  rows(): Iterable<Row> {
    return this.#rows.values();
  }

  /** Whether nothing was written by a newer definition. */
  allows({ edition = this.#edition }: Pick<TableWrite, 'edition'>): boolean {
    return edition >= this.#edition;
  }

  /** From now on nothing is written by an older definition. */
  follow({ edition = 0 }: Pick<TableWrite, 'edition'>): void {
    this.#edition = Math.max(this.#edition, edition);
  }

  /** Applies a write in memory; resolves once it is stored. */
  apply(key: string, { item, bytes, entries }: NonNullable<TableWrite['change']>, version: number): Promise<void> {
    const before = this.#rows.get(key);
    if (before) this.#release(before, entries);
    if (item === undefined) return before ? this.#records.removeRow(before.id) : Promise.resolve();
    const row = { id: before?.id ?? rowId(this.number, this.#nextRow++), key, item, version, bytes, entries };
    this.#hold(row);
    return this.#records.putRow(row);
  }

  range(index: string, query: RangeQuery): readonly IndexedItem[] {
    const found: IndexedItem[] = [];
    if (query.limit <= 0) return found;
    let left = query.maxBytes ?? Number.POSITIVE_INFINITY;
    for (const { key, partition, sort, held } of (this.#indexes.get(index) ?? EMPTY).range(query)) {
      found.push({ key, partition, sort, item: held.item, version: held.version });
      left -= held.bytes;
      if (found.length >= query.limit || left <= 0) break;
    }
    return found;
  }

  size(index: string): { readonly items: number; readonly bytes: number } {
    const { items, bytes } = this.#indexes.get(index) ?? EMPTY;
    return { items, bytes };
  }

  #hold(row: Row): void {
    this.#rows.set(row.key, row);
    for (const { index, partition, sort } of row.entries) {
      let places = this.#indexes.get(index);
      if (places === undefined) {
        places = new TableIndex();
        this.#indexes.set(index, places);
      }
      places.add({ partition, sort, key: row.key, held: row });
    }
  }

  /** Takes the row out of its places, but for those where another takes over: most writes move an item nowhere. */
  #release(row: Row, taken: readonly IndexEntry[]): void {
    this.#rows.delete(row.key);
    for (const entry of row.entries) {
      if (taken.some((other) => isSamePlace(entry, other))) continue;
      const { index, partition, sort } = entry;
      this.#indexes.get(index)?.remove({ partition, sort, key: row.key, held: row });
    }
  }
}

const isSamePlace = (a: IndexEntry, b: IndexEntry) =>
  a.index === b.index && a.partition === b.partition && a.sort === b.sort;
