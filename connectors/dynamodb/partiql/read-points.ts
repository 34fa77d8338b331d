import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { consumedCapacity, readUnits, tableUnits } from '../items/consumed-capacity.ts';
import { type ItemKey, keyOfRequest } from '../items/item-key.ts';
import { readItems } from '../items/write-items.ts';
import { checkReadPaths } from '../query/read-paths.ts';
import type { DynamodbService } from '../service.ts';
import type { Table } from '../table/table.ts';
import { validationException } from '../values/refusal.ts';
import { sizeOfItem } from '../values/size.ts';
import { selectColumns } from './columns.ts';
import type { SelectStatement } from './statement.ts';
import { itemKeyOf } from './where-key.ts';

/** A `SELECT` of one item. */
export interface PointRead {
  readonly table: Table;
  readonly key: ItemKey;
  readonly statement: SelectStatement;
}

/** What a `SELECT` of one item came to. */
export interface ReadPoint {
  readonly item: AttributeMap | undefined;
  readonly capacity: ConsumedCapacity | undefined;
}

/**
 * The one item that a `SELECT` in a batch or transaction names, by its key and by nothing else.
 *
 * @param within the operation, as its refusal names it
 */
export function planPointRead(table: Table, statement: SelectStatement, within: string): PointRead {
  const named = itemKeyOf(statement.where, table.key);
  if (statement.index !== undefined || !named || named.rest) {
    throw validationException(`Select statements within ${within} must specify the primary key in the where clause.`);
  }
  checkReadPaths({ table }, { filter: undefined, projection: statement.columns });
  return { table, key: keyOfRequest(table, named.key), statement };
}

/** Reads the items as they are at one instant. */
export async function readPoints(
  service: DynamodbService,
  points: readonly PointRead[],
  {
    consistent,
    transactional,
    returnConsumedCapacity: wanted,
  }: {
    readonly consistent: boolean;
    readonly transactional: boolean;
    readonly returnConsumedCapacity: string | undefined;
  },
): Promise<readonly ReadPoint[]> {
  const found = await readItems(service, points);
  return points.map(({ table, statement }, position) => {
    const item = found[position]?.item;
    const units = tableUnits(readUnits(item ? sizeOfItem(item) : 0, consistent));
    return {
      item: item && selectColumns(statement.columns, item),
      capacity: consumedCapacity(table, units, { wanted, kind: 'read', transactional }),
    };
  });
}
