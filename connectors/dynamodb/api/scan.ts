import type { ScanCommandInput, ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { checkExpressionParameters } from '../expressions/parameters.ts';
import { readExpressions } from '../expressions/request.ts';
import { readIndex } from '../query/read-index.ts';
import { readPage } from '../query/read-page.ts';
import { checkReadPaths } from '../query/read-paths.ts';
import { readSegment } from '../query/segment.ts';
import { checkSelect, selectionOf } from '../query/selection.ts';
import { readStartKey, startPlace } from '../query/start-key.ts';
import type { DynamodbService } from '../service.ts';

type Output = Omit<ScanCommandOutput, '$metadata'>;

/** A page of all items, or of one of the segments of a parallel scan. */
export const scan: Operation<DynamodbService, ScanCommandInput, Output> = async (service, input, context) => {
  checkExpressionParameters('Scan', input);
  checkSelect(input);
  const start = readStartKey(input.ExclusiveStartKey);
  const segment = readSegment(input);
  const { filter, projection } = readExpressions('Scan', input);
  const table = await service.directory.holding(context, input.TableName ?? '');
  const index = readIndex(table, input, service.clock);
  checkReadPaths(index, { filter, projection });
  const page = await readPage(service, {
    ...{ index, filter },
    range: { after: start && startPlace(index, start), segment },
    selection: selectionOf(index, input.Select, projection),
    limit: input.Limit,
    consistent: input.ConsistentRead ?? false,
    returnConsumedCapacity: input.ReturnConsumedCapacity,
  });
  return page as Output;
};
