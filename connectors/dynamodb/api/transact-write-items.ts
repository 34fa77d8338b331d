import type { TransactWriteItemsCommandInput, TransactWriteItemsCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { consumedCapacity, sumUnits, type Units, writeUnits } from '../items/consumed-capacity.ts';
import type { PlannedWrite, WrittenItem } from '../items/write-items.ts';
import { collectionMetrics } from '../items/written-answer.ts';
import type { DynamodbService } from '../service.ts';
import type { Table } from '../table/table.ts';
import { eachOrCanceled } from '../transaction/cancellation.ts';
import { readWritePart, type WritePart } from '../transaction/write-parts.ts';
import { writeTransaction } from '../transaction/write-transaction.ts';
import { validationException } from '../values/refusal.ts';
import { sizeOfItem } from '../values/size.ts';

type Output = Omit<TransactWriteItemsCommandOutput, '$metadata'>;

/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html */
const MAX_BYTES = 4 * 2 ** 20;

/** Writes up to 100 items of several tables, all or none. With a token it is done once, however often it is sent. */
export const transactWriteItems: Operation<DynamodbService, TransactWriteItemsCommandInput, Output> = async (
  service,
  input,
  context,
) => {
  const parts = (input.TransactItems ?? []).map(readWritePart);
  refuseTooLarge(parts);
  const tables = await Promise.all(parts.map(({ tableName }) => service.directory.holding(context, tableName)));
  const planned = parts.map((part, position) => ({ part, table: tables[position] as Table }));
  const plans = eachOrCanceled(planned, ({ part, table }) => part.plan(table));
  const identity = { token: input.ClientRequestToken, parts: input.TransactItems };
  const { written, again } = await writeTransaction(service, plans, identity, context);
  return answer(input, plans, written, again) as Output;
};

function refuseTooLarge(parts: readonly WritePart[]): void {
  const bytes = parts.reduce((sum, { values }) => sum + sizeOfItem(values), 0);
  if (bytes > MAX_BYTES) {
    throw validationException('The aggregate size of the items in the transaction cannot exceed 4 MB');
  }
}

function answer(
  input: TransactWriteItemsCommandInput,
  plans: readonly PlannedWrite[],
  written: readonly WrittenItem[],
  again: boolean,
) {
  const units = new Map<Table, Units[]>();
  const metrics = new Map<string, unknown[]>();
  for (const [position, { table, key }] of plans.entries()) {
    const used = writeUnits(table, written[position] as WrittenItem);
    units.set(table, [...(units.get(table) ?? []), used]);
    const metric = collectionMetrics(table, key, input.ReturnItemCollectionMetrics);
    if (metric) metrics.set(table.name, [...(metrics.get(table.name) ?? []), metric]);
  }
  const wanted = input.ReturnConsumedCapacity;
  // What was done before is only read.
  const kind = again ? 'read' : 'write';
  const capacities = [...units].flatMap(
    ([table, used]) => consumedCapacity(table, sumUnits(used), { wanted, kind, transactional: true }) ?? [],
  );
  return {
    ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
    ...(metrics.size > 0 && { ItemCollectionMetrics: Object.fromEntries(metrics) }),
  };
}
