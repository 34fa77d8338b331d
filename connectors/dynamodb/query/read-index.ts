import type { Clock } from '../../../src/core/clock.ts';
import { PRIMARY } from '../items/index-entries.ts';
import { type KeySchema, keyNames, type SecondaryIndex, statusOf, type Table } from '../table/table.ts';
import { validationException } from '../values/refusal.ts';

/** What a query or scan reads: a table itself, or one of its indexes. */
export interface ReadIndex {
  readonly table: Table;
  /** Its name in the table store. */
  readonly name: string;
  readonly key: KeySchema;
  /** The index, if it is not the table itself. */
  readonly secondary?: SecondaryIndex | undefined;
  readonly kind: 'table' | 'local' | 'global';
}

/** What a request asks to read. */
export interface ReadRequest {
  readonly IndexName?: string | undefined;
  readonly ConsistentRead?: boolean | undefined;
}

/** The table or index that a request reads; refuses what there is not, and what cannot be read so. */
export function readIndex(
  table: Table,
  { IndexName: name, ConsistentRead: consistent }: ReadRequest,
  clock: Clock,
): ReadIndex {
  if (name === undefined) return { table, name: PRIMARY, key: table.key, kind: 'table' };
  const local = table.localIndexes.find((index) => index.name === name);
  if (local) return { table, name, key: local.key, secondary: local, kind: 'local' };
  const global = table.globalIndexes.find((index) => index.name === name);
  if (!global) throw validationException(`The table does not have the specified index: ${name}`);
  if (consistent) throw validationException('Consistent reads are not supported on global secondary indexes');
  if (statusOf(global, clock.nowMs()) === 'CREATING') {
    throw validationException(`Cannot read from backfilling global secondary index: ${name}`);
  }
  return { table, name, key: global.key, secondary: global, kind: 'global' };
}

/** Names of the attributes that say where a page ended: the table's keys, and those of the index. */
export function placeNames({ table, key }: ReadIndex): readonly string[] {
  return [...new Set([...keyNames(table.key), ...keyNames(key)])];
}
