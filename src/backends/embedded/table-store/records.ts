import type { Arn } from '../../../core/arn.ts';
import { itemOfText, itemText } from '../../../core/dynamodb/item-text.ts';
import type { IndexEntry } from '../../../core/ports/table-store.ts';
import type { AttributeMap } from '../../../core/records/dynamodb-change.ts';
import type { Store } from '../store.ts';
import type { HeldItem } from './table-index.ts';

/** An item as it is held and stored: its places in the indexes are kept, so that a restart need not know what they mean. */
export interface Row extends HeldItem {
  /** Its key in the store; primary keys may be longer than the store's keys. */
  readonly id: string;
  readonly entries: readonly IndexEntry[];
}

/** The rows of all tables in the store. */
export interface TableStoreRecords {
  /** The number that begins the ids of each table's rows. */
  tables(): Iterable<readonly [Arn, number]>;
  rows(): Iterable<Row>;
  putTable(table: Arn, number: number): Promise<void>;
  removeTable(table: Arn): Promise<void>;
  putRow(row: Row): Promise<void>;
  removeRow(id: string): Promise<void>;
}

/** A row as it is stored: a list, since the names of members would be stored with each; index, partition and sort of each entry follow each other. */
type StoredRow = readonly [key: string, version: number, bytes: number, places: readonly string[], item: string];

/** The rows of all tables on the embedded store. */
export function openTableStoreRecords(store: Store): TableStoreRecords {
  const tables = store.table<number>('table');
  const rows = store.table<StoredRow>('table-item');
  return {
    tables: () => tables.load() as Iterable<readonly [Arn, number]>,
    *rows() {
      for (const [id, row] of rows.load()) yield new RestoredRow(id, row);
    },
    putTable: (table, number) => tables.put(table, number),
    removeTable: (table) => tables.remove(table),
    putRow: store.keeps ? (row) => rows.put(row.id, storedRow(row)) : async () => {},
    removeRow: (id) => rows.remove(id),
  };
}

function storedRow({ key, version, bytes, entries, item }: Row): StoredRow {
  const places = entries.flatMap(({ index, partition, sort }) => [index, partition, sort]);
  return [key, version, bytes, places, itemText(item)];
}

/** A row of an earlier process. Its item is read when it is wanted: a start does not wait for all of them. */
class RestoredRow implements Row {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly bytes: number;
  readonly entries: readonly IndexEntry[];
  #item: AttributeMap | string;

  constructor(id: string, [key, version, bytes, places, item]: StoredRow) {
    this.id = id;
    this.key = key;
    this.version = version;
    this.bytes = bytes;
    this.entries = entriesOf(places);
    this.#item = item;
  }

  get item(): AttributeMap {
    if (typeof this.#item === 'string') this.#item = itemOfText(this.#item);
    return this.#item;
  }
}

function entriesOf(places: readonly string[]): readonly IndexEntry[] {
  const entries: IndexEntry[] = [];
  for (let at = 0; at < places.length; at += 3) {
    const [index = '', partition = '', sort = ''] = places.slice(at, at + 3);
    entries.push({ index, partition, sort });
  }
  return entries;
}

/** The id of a table's row. */
export function rowId(table: number, row: number): string {
  return `${table.toString(36)}.${row.toString(36)}`;
}

/** The table and the number that a row's id was made of. */
export function rowNumbers(id: string): { readonly table: number; readonly row: number } {
  const [table = '', row = ''] = id.split('.');
  return { table: Number.parseInt(table, 36), row: Number.parseInt(row, 36) };
}
