import type { Capacity, ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { indexesOf, type SecondaryIndex, type Table } from '../table/table.ts';
import { sameItem } from '../values/equality.ts';
import { sizeOfItem } from '../values/size.ts';
import { projectedItem } from './index-projection.ts';
import { hasKey, placeOf } from './item-key.ts';
import type { WrittenItem } from './write-items.ts';

/**
 * Capacity units that a request used of a table and of its indexes, by name.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export interface Units {
  readonly table: number;
  readonly indexes: ReadonlyMap<string, number>;
}

/** How the units of a request are counted and shown. */
export interface CapacityRequest {
  /** The request's `ReturnConsumedCapacity`. */
  readonly wanted: string | undefined;
  readonly kind: 'read' | 'write';
  /** A transaction uses twice as many, and tells apart what it read and wrote. */
  readonly transactional?: boolean;
}

const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;
const NO_INDEXES: ReadonlyMap<string, number> = new Map();

/** Units of a read of that many bytes, of one item or of a page of them. */
export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (consistent ? 1 : 0.5);
}

/** Units that are all the table's own. */
export function tableUnits(units: number): Units {
  return { table: units, indexes: NO_INDEXES };
}

/** Units of a write, of the table and of each index that changed with it. */
export function writeUnits(table: Table, { before, after }: WrittenItem): Units {
  const indexes = new Map<string, number>();
  for (const index of indexesOf(table)) {
    const units = indexUnits(table, index, { before, after });
    if (units > 0) indexes.set(index.name, units);
  }
  return { table: unitsOf(before, after), indexes };
}

/** Units of several requests to a table together. */
export function sumUnits(all: readonly Units[]): Units {
  const indexes = new Map<string, number>();
  for (const [name, units] of all.flatMap((each) => [...each.indexes])) {
    indexes.set(name, (indexes.get(name) ?? 0) + units);
  }
  return { table: all.reduce((total, { table }) => total + table, 0), indexes };
}

/** The `ConsumedCapacity` of an answer; nothing unless it was asked for. */
export function consumedCapacity(
  table: Table,
  units: Units,
  { wanted, kind, transactional = false }: CapacityRequest,
): ConsumedCapacity | undefined {
  if (wanted !== 'TOTAL' && wanted !== 'INDEXES') return undefined;
  const capacity = (count: number): Capacity => {
    if (!transactional) return { CapacityUnits: count };
    const doubled = 2 * count;
    return { CapacityUnits: doubled, [kind === 'read' ? 'ReadCapacityUnits' : 'WriteCapacityUnits']: doubled };
  };
  const total = [...units.indexes.values()].reduce((sum, count) => sum + count, units.table);
  const shown = { TableName: table.name, ...capacity(total) };
  if (wanted === 'TOTAL') return shown;
  const ofIndexes = (indexes: readonly SecondaryIndex[]) =>
    indexes.flatMap(({ name }) => {
      const count = units.indexes.get(name);
      return count === undefined ? [] : [[name, capacity(count)] as const];
    });
  const local = ofIndexes(table.localIndexes);
  const global = ofIndexes(table.globalIndexes);
  return {
    ...shown,
    Table: capacity(units.table),
    ...(local.length > 0 && { LocalSecondaryIndexes: Object.fromEntries(local) }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: Object.fromEntries(global) }),
  };
}

/** An index is written when what it holds of the item changes; an item that moves in it is written twice. */
function indexUnits(table: Table, index: SecondaryIndex, { before, after }: WrittenItem): number {
  const held = (item: AttributeMap | undefined) =>
    item && hasKey(index, item) ? projectedItem(table, index, item) : undefined;
  const was = held(before);
  const is = held(after);
  if (!was && !is) return 0;
  if (!was || !is) return unitsOf(was, is);
  if (sameItem(was, is)) return 0;
  const from = placeOf(index.key, was);
  const to = placeOf(index.key, is);
  const moves = from.partition !== to.partition || from.sort !== to.sort;
  return moves ? unitsOf(was) + unitsOf(is) : unitsOf(was, is);
}

function unitsOf(...items: readonly (AttributeMap | undefined)[]): number {
  const bytes = Math.max(...items.map((item) => (item ? sizeOfItem(item) : 0)));
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}
