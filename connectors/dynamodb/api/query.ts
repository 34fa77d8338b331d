import type { QueryCommandInput, QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Operation } from '../../../src/core/operation.ts';
import { checkExpressionParameters } from '../expressions/parameters.ts';
import { readExpressions } from '../expressions/request.ts';
import { queryRange } from '../query/query-range.ts';
import { readIndex } from '../query/read-index.ts';
import { readPage } from '../query/read-page.ts';
import { checkQueryPaths } from '../query/read-paths.ts';
import { checkSelect, selectionOf } from '../query/selection.ts';
import { readStartKey } from '../query/start-key.ts';
import type { DynamodbService } from '../service.ts';
import { validationException } from '../values/refusal.ts';

type Output = Omit<QueryCommandOutput, '$metadata'>;

/** A page of the items with one partition key, in the order of their sort keys. */
export const query: Operation<DynamodbService, QueryCommandInput, Output> = async (service, input, context) => {
  checkExpressionParameters('Query', input);
  prefixed(() => checkSelect(input));
  const start = readStartKey(input.ExclusiveStartKey);
  const { keyCondition = new Map(), filter, projection } = readExpressions('Query', input);
  const table = await service.directory.holding(context, input.TableName ?? '');
  const index = readIndex(table, input, service.clock);
  const range = queryRange(index, keyCondition, { start, reverse: input.ScanIndexForward === false });
  checkQueryPaths(index, { filter, projection, older: input.QueryFilter !== undefined });
  const page = await readPage(service, {
    ...{ index, range, filter },
    selection: selectionOf(index, input.Select, projection),
    limit: input.Limit,
    consistent: input.ConsistentRead ?? false,
    returnConsumedCapacity: input.ReturnConsumedCapacity,
  });
  return page as Output;
};

/** `Query`, unlike `Scan`, says this of what contradicts itself. */
function prefixed(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw validationException(`1 validation error detected: ${error.message}`);
  }
}
