import type { BatchGetItemCommandInput, BatchGetItemCommandOutput, KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { checkExpressionParameters } from '../expressions/parameters.ts';
import { type Projection, project } from '../expressions/projection/project.ts';
import { readExpressions } from '../expressions/request.ts';
import { checkBatchSize, refuseDuplicates } from '../items/batch.ts';
import { consumedCapacity, readUnits, sumUnits, tableUnits } from '../items/consumed-capacity.ts';
import { type ItemKey, keyOfRequest } from '../items/item-key.ts';
import { readItems } from '../items/write-items.ts';
import { checkReadPaths } from '../query/read-paths.ts';
import type { DynamodbService } from '../service.ts';
import type { Table } from '../table/table.ts';
import { checkItem } from '../values/check-value.ts';
import { sizeOfItem } from '../values/size.ts';

type Output = Omit<BatchGetItemCommandOutput, '$metadata'>;

/** What is read of one table. */
interface TableRead {
  /** The table as the request names it. */
  readonly name: string;
  readonly request: KeysAndAttributes;
  readonly attributes: readonly AttributeMap[];
  readonly projection: Projection | undefined;
  readonly table: Table;
  readonly keys: readonly ItemKey[];
}

/** docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_KEYS = 100;
const MAX_BYTES = 16 * 2 ** 20;

/** Reads up to 100 items of several tables. What would make the answer larger than 16 MB is left for another request. */
export const batchGetItem: Operation<DynamodbService, BatchGetItemCommandInput, Output> = async (
  service,
  input,
  context,
) => {
  const requests = Object.entries(input.RequestItems ?? {});
  checkBatchSize(
    'BatchGetItem',
    requests.map(([, { Keys = [] }]) => Keys.length),
    MAX_KEYS,
  );
  const checked = requests.map(([name, request]) => {
    checkExpressionParameters('BatchGetItem', request);
    const attributes = (request.Keys ?? []).map((key) => checkItem(key));
    return { name, request, attributes, projection: readExpressions('BatchGetItem', request).projection };
  });
  const reads = await Promise.all(
    checked.map(async (read): Promise<TableRead> => {
      const table = await service.directory.holding(context, read.name);
      checkReadPaths({ table }, { filter: undefined, projection: read.projection });
      const keys = read.attributes.map((key) => keyOfRequest(table, key));
      refuseDuplicates(keys);
      return { ...read, table, keys };
    }),
  );
  return (await readTables(service, reads, input.ReturnConsumedCapacity)) as Output;
};

async function readTables(service: DynamodbService, reads: readonly TableRead[], wanted: string | undefined) {
  const responses: Record<string, AttributeMap[]> = {};
  const unprocessed: Record<string, object> = {};
  const capacities: object[] = [];
  let bytes = 0;
  for (const { name, request, table, keys, projection } of reads) {
    const found = await readItems(
      service,
      keys.map((key) => ({ table, key })),
    );
    const items: AttributeMap[] = [];
    const units: ReturnType<typeof tableUnits>[] = [];
    const left: ItemKey[] = [];
    for (const [position, key] of keys.entries()) {
      const item = found[position]?.item;
      const size = item ? sizeOfItem(item) : 0;
      if (left.length > 0 || bytes + size > MAX_BYTES) {
        left.push(key);
        continue;
      }
      bytes += size;
      units.push(tableUnits(readUnits(size, request.ConsistentRead ?? false)));
      if (item) items.push(projection ? project(projection, item) : item);
    }
    responses[name] = items;
    if (left.length > 0) unprocessed[name] = { ...request, Keys: left.map(({ attributes }) => attributes) };
    const capacity = consumedCapacity(table, sumUnits(units), { wanted, kind: 'read' });
    if (capacity) capacities.push(capacity);
  }
  return {
    ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
    Responses: responses,
    UnprocessedKeys: unprocessed,
  };
}
