import type { GetItemCommandInput, GetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { checkExpressionParameters } from '../expressions/parameters.ts';
import { project } from '../expressions/projection/project.ts';
import { readExpressions } from '../expressions/request.ts';
import { consumedCapacity, readUnits, tableUnits } from '../items/consumed-capacity.ts';
import { keyOfRequest } from '../items/item-key.ts';
import { readItems } from '../items/write-items.ts';
import type { DynamodbService } from '../service.ts';
import { checkItem } from '../values/check-value.ts';
import { sizeOfItem } from '../values/size.ts';

type Output = Omit<GetItemCommandOutput, '$metadata'>;

/** Reads one item. Every read is consistent here; one that did not ask for it costs half. */
export const getItem: Operation<DynamodbService, GetItemCommandInput, Output> = async (service, input, context) => {
  checkExpressionParameters('GetItem', input);
  const attributes = checkItem(input.Key ?? {});
  const { projection } = readExpressions('GetItem', input);
  const table = await service.directory.holding(context, input.TableName ?? '');
  const key = keyOfRequest(table, attributes);
  const [found] = await readItems(service, [{ table, key }]);
  const item = found?.item;
  const units = tableUnits(readUnits(item ? sizeOfItem(item) : 0, input.ConsistentRead ?? false));
  const capacity = consumedCapacity(table, units, { wanted: input.ReturnConsumedCapacity, kind: 'read' });
  return {
    ...(capacity && { ConsumedCapacity: capacity }),
    ...(item && { Item: projection ? project(projection, item) : item }),
  } as Output;
};
