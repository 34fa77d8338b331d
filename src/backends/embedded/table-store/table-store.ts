import type { Arn } from '../../../core/arn.ts';
import type { Clock } from '../../../core/clock.ts';
import { HeadwaterError } from '../../../core/errors.ts';
import type { ChangeEntry, ChangeLog, TableStore, TableWrite } from '../../../core/ports/table-store.ts';
import { type Log, openLog } from '../log/log.ts';
import type { Store } from '../store.ts';
import { openTableStoreRecords, rowNumbers, type TableStoreRecords } from './records.ts';
import { changeForm } from './table-change-form.ts';
import { TableItems } from './table-items.ts';

const REMOVALS_A_COMMIT = 5_000;

/**
 * Items of tables in the embedded store: all of them in memory, in the order of their indexes. A commit is checked and
 * applied in one turn of the event loop, which the store makes one commit of.
 */
export function openTableStore(options: { readonly store: Store; readonly clock: Clock }): TableStore {
  const records = openTableStoreRecords(options.store);
  const sizeOf = ({ change }: ChangeEntry) => change.sizeBytes;
  const log = openLog({ ...options, name: 'table-changes', sizeOf, form: changeForm });
  const { tables, lastVersion, nextTable } = restore(records);
  let version = lastVersion;
  let nextNumber = nextTable;

  const find = (table: Arn): TableItems => {
    const found = tables.get(table);
    if (found) return found;
    throw new HeadwaterError('TABLE_MISSING', `There is no table ${table}`);
  };
  const isAsExpected = (write: TableWrite) => {
    const { table, key, expected } = write;
    const items = find(table);
    return items.allows(write) && (expected === undefined || expected === (items.get(key)?.version ?? 0));
  };

  return {
    driver: 'embedded',
    changes: changesOf(log),
    async create(table) {
      if (tables.has(table)) return;
      const number = nextNumber++;
      tables.set(table, new TableItems(number, records));
      await records.putTable(table, number);
    },
    async drop(table) {
      const items = tables.get(table);
      if (!items) return;
      tables.delete(table);
      await records.removeTable(table);
      await removeRows(
        records,
        Array.from(items.rows(), ({ id }) => id),
      );
    },
    async read(table, keys) {
      const items = find(table);
      return keys.map((key) => items.get(key));
    },
    range: async (table, index, query) => find(table).range(index, query),
    size: async (table, index) => find(table).size(index),
    async commit(writes) {
      if (!writes.every(isAsExpected)) return 'conflict';
      const stored: Promise<unknown>[] = appendRecords(log, writes);
      for (const write of writes) {
        const items = find(write.table);
        items.follow(write);
        if (write.change) stored.push(items.apply(write.key, write.change, ++version));
      }
      await Promise.all(stored);
      return 'committed';
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** Appends what writes record, one append a stream. Throws before the first when one of the streams is gone. */
function appendRecords(log: Log<ChangeEntry>, writes: readonly TableWrite[]): Promise<void>[] {
  const entries = new Map<Arn, ChangeEntry[]>();
  for (const { stream, entry } of writes.flatMap(({ records }) => records ?? [])) {
    const known = entries.get(stream);
    if (known) known.push(entry);
    else entries.set(stream, [entry]);
  }
  for (const stream of entries.keys()) {
    if (log.partitions(stream) === 0) throw new HeadwaterError('LOG_MISSING', `There is no log ${stream}`);
  }
  return Array.from(entries, ([stream, added]) => log.append(stream, log.partitions(stream) - 1, added).stored);
}

function restore(records: TableStoreRecords) {
  const tables = new Map<Arn, TableItems>();
  const byNumber = new Map<number, TableItems>();
  let lastVersion = 0;
  let lastNumber = 0;
  for (const [table, number] of records.tables()) {
    const items = new TableItems(number, records);
    tables.set(table, items);
    byNumber.set(number, items);
    lastNumber = Math.max(lastNumber, number);
  }
  const orphans: string[] = [];
  for (const row of records.rows()) {
    const { table } = rowNumbers(row.id);
    const items = byNumber.get(table);
    if (items) items.restore(row);
    else orphans.push(row.id);
    lastNumber = Math.max(lastNumber, table);
    lastVersion = Math.max(lastVersion, row.version);
  }
  // Left of a table whose removal was cut short; nothing waits for it.
  void removeRows(records, orphans);
  return { tables, lastVersion, nextTable: lastNumber + 1 };
}

async function removeRows(records: TableStoreRecords, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += REMOVALS_A_COMMIT) {
    await Promise.all(ids.slice(start, start + REMOVALS_A_COMMIT).map((id) => records.removeRow(id)));
  }
}

function changesOf(log: Log<ChangeEntry>): ChangeLog {
  const { read, offsetAt, bounds, known, newestAtMs, onAppend, grow, drop, trimBefore } = log;
  const create = (stream: Arn) => log.create(stream, 1);
  const partitions = async (stream: Arn) => log.partitions(stream);
  return { read, offsetAt, bounds, known, newestAtMs, onAppend, partitions, create, grow, drop, trimBefore };
}
