import type { BatchWriteItemCommandInput, BatchWriteItemCommandOutput, WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { checkBatchSize, refuseDuplicates } from '../items/batch.ts';
import { consumedCapacity, sumUnits, writeUnits } from '../items/consumed-capacity.ts';
import { hasKey, keyMismatch } from '../items/item-key.ts';
import { checkPutItem, planDelete, planPut } from '../items/plan-write.ts';
import { type PlannedWrite, writeItem } from '../items/write-items.ts';
import { collectionMetrics } from '../items/written-answer.ts';
import type { DynamodbService } from '../service.ts';
import type { Table } from '../table/table.ts';
import { checkItem } from '../values/check-value.ts';
import { validationException } from '../values/refusal.ts';

type Output = Omit<BatchWriteItemCommandOutput, '$metadata'>;

/** docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const MAX_REQUESTS = 25;

/** Puts and deletes up to 25 items of several tables, each for itself: all that can be refused is refused before the first. */
export const batchWriteItem: Operation<DynamodbService, BatchWriteItemCommandInput, Output> = async (
  service,
  input,
  context,
) => {
  const requests = Object.entries(input.RequestItems ?? {});
  checkBatchSize(
    'BatchWriteItem',
    requests.map(([, each]) => each.length),
    MAX_REQUESTS,
  );
  const checked = requests.map(([name, each]) => ({ name, writes: each.map(checkRequest) }));
  const planned = await Promise.all(
    checked.map(async ({ name, writes }) => {
      const table = await service.directory.holding(context, name);
      const plans = writes.map((write) => plan(table, write));
      refuseDuplicates(plans.map(({ key }) => key));
      return { name, table, plans };
    }),
  );
  const written = await Promise.all(
    planned.map(async ({ name, table, plans }) => {
      const items = await Promise.all(plans.map((each) => writeItem(service, each, context)));
      const units = sumUnits(items.map((item) => writeUnits(table, item)));
      return {
        capacity: consumedCapacity(table, units, { wanted: input.ReturnConsumedCapacity, kind: 'write' }),
        metrics: [name, metricsOf(table, plans, input.ReturnItemCollectionMetrics)] as const,
      };
    }),
  );
  const capacities = written.flatMap(({ capacity }) => capacity ?? []);
  const metrics = written.map((each) => each.metrics).filter(([, each]) => each.length > 0);
  return {
    ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
    ...(metrics.length > 0 && { ItemCollectionMetrics: Object.fromEntries(metrics) }),
    UnprocessedItems: {},
  } as Output;
};

/** A put or a delete with checked values. */
type CheckedWrite = { readonly put: AttributeMap } | { readonly remove: AttributeMap };

function checkRequest({ PutRequest: put, DeleteRequest: remove }: WriteRequest): CheckedWrite {
  if (put && !remove) return { put: checkPutItem(put.Item ?? {}) };
  if (remove && !put) return { remove: checkItem(remove.Key ?? {}) };
  // AWS's own words, though it is no value that has two types, or none.
  throw validationException(
    'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
  );
}

function plan(table: Table, write: CheckedWrite): PlannedWrite {
  if ('remove' in write) return planDelete(table, write.remove, {});
  // Said otherwise than of a single put (recorded).
  if (!hasKey(table, write.put)) throw keyMismatch();
  return planPut(table, write.put, {});
}

function metricsOf(table: Table, plans: readonly PlannedWrite[], wanted: string | undefined) {
  return plans.flatMap(({ key }) => collectionMetrics(table, key, wanted) ?? []);
}
