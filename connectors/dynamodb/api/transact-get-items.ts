import type {
  TransactGetItem,
  TransactGetItemsCommandInput,
  TransactGetItemsCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { checkExpressionParameters } from '../expressions/parameters.ts';
import { project } from '../expressions/projection/project.ts';
import { readExpressions } from '../expressions/request.ts';
import { consumedCapacity, readUnits, sumUnits, tableUnits, type Units } from '../items/consumed-capacity.ts';
import { keyOfRequest } from '../items/item-key.ts';
import { readItems } from '../items/write-items.ts';
import { checkReadPaths } from '../query/read-paths.ts';
import type { DynamodbService } from '../service.ts';
import type { Table } from '../table/table.ts';
import { eachOrCanceled } from '../transaction/cancellation.ts';
import { refuseSameItem } from '../transaction/write-transaction.ts';
import { checkItem } from '../values/check-value.ts';
import { validationException } from '../values/refusal.ts';
import { sizeOfItem } from '../values/size.ts';

type Output = Omit<TransactGetItemsCommandOutput, '$metadata'>;

/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html */
const MAX_BYTES = 4 * 2 ** 20;

/** Reads up to 100 items of several tables as they are at one instant. */
export const transactGetItems: Operation<DynamodbService, TransactGetItemsCommandInput, Output> = async (
  service,
  input,
  context,
) => {
  const parts = (input.TransactItems ?? []).map(readPart);
  const tables = await Promise.all(parts.map(({ tableName }) => service.directory.holding(context, tableName)));
  const planned = parts.map((part, position) => ({ ...part, table: tables[position] as Table }));
  const keyed = eachOrCanceled(planned, (part) => {
    checkReadPaths(part, { filter: undefined, projection: part.projection });
    return { ...part, key: keyOfRequest(part.table, part.attributes) };
  });
  refuseSameItem(keyed);
  const found = (await readItems(service, keyed)).map((stored) => stored?.item);
  const sizes = found.map((item) => (item ? sizeOfItem(item) : 0));
  if (sizes.reduce((sum, size) => sum + size, 0) > MAX_BYTES) {
    throw validationException('The aggregate size of the items in the transaction exceeded 4 MB');
  }
  const responses = keyed.map(({ projection }, position) => {
    const item: AttributeMap | undefined = found[position];
    return item ? { Item: projection ? project(projection, item) : item } : {};
  });
  const capacities = capacityOf(keyed, sizes, input.ReturnConsumedCapacity);
  return { ...(capacities.length > 0 && { ConsumedCapacity: capacities }), Responses: responses } as Output;
};

function readPart({ Get: get }: TransactGetItem) {
  const request = get ?? { Key: {}, TableName: '' };
  checkExpressionParameters('TransactGet', request);
  const attributes = checkItem(request.Key ?? {});
  const { projection } = readExpressions('TransactGet', request);
  return { tableName: request.TableName ?? '', attributes, projection };
}

function capacityOf(parts: readonly { readonly table: Table }[], sizes: readonly number[], wanted: string | undefined) {
  const units = new Map<Table, Units[]>();
  for (const [position, { table }] of parts.entries()) {
    units.set(table, [...(units.get(table) ?? []), tableUnits(readUnits(sizes[position] ?? 0, true))]);
  }
  return [...units].flatMap(
    ([table, used]) => consumedCapacity(table, sumUnits(used), { wanted, kind: 'read', transactional: true }) ?? [],
  );
}
