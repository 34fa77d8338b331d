import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { consumedCapacity, writeUnits } from '../items/consumed-capacity.ts';
import { writeItem } from '../items/write-items.ts';
import type { DynamodbService } from '../service.ts';
import type { Table } from '../table/table.ts';
import type { PageStart } from './next-token.ts';
import { planStatement, returnedItems, type WriteStatement } from './plan-statement.ts';

/** What a statement came to. */
export interface StatementResult {
  readonly items: readonly AttributeMap[];
  readonly next?: PageStart | undefined;
  readonly capacity: ConsumedCapacity | undefined;
}

/** Runs a statement that writes one item. */
export async function runWrite(
  service: DynamodbService,
  table: Table,
  statement: WriteStatement,
  request: {
    readonly onFailure?: string | undefined;
    readonly returnConsumedCapacity: string | undefined;
    readonly context: RequestContext;
  },
): Promise<StatementResult> {
  const written = await writeItem(service, planStatement(table, statement, request.onFailure), request.context);
  const units = writeUnits(table, written);
  return {
    items: returnedItems(statement, written),
    capacity: consumedCapacity(table, units, { wanted: request.returnConsumedCapacity, kind: 'write' }),
  };
}
