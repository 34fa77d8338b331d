import type { Arn } from '../../core/arn.ts';
import type { IndexEntry } from '../../core/ports/table-store.ts';
import type { Store } from './store.ts';
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

/** The rows of all tables on the embedded store. */
export function openTableStoreRecords(store: Store): TableStoreRecords {
  const tables = store.table<number>('table');
  const rows = store.table<Omit<Row, 'id'>>('table-item');
  return {
    tables: () => tables.load() as Iterable<readonly [Arn, number]>,
    *rows() {
      for (const [id, row] of rows.load()) yield { id, ...row };
    },
    putTable: (table, number) => tables.put(table, number),
    removeTable: (table) => tables.remove(table),
    putRow: ({ id, ...row }) => rows.put(id, row),
    removeRow: (id) => rows.remove(id),
  };
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
