import type {
  BatchExecuteStatementCommandInput,
  BatchExecuteStatementCommandOutput,
  BatchStatementRequest,
  BatchStatementResponse,
  ConsumedCapacity,
} from '@aws-sdk/client-dynamodb';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Operation, RequestContext } from '../../../src/core/operation.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { parseStatement } from '../partiql/parse-statement.ts';
import { isWrite } from '../partiql/plan-statement.ts';
import { planPointRead, readPoints } from '../partiql/read-points.ts';
import { runWrite } from '../partiql/run-statement.ts';
import { capacitiesByTable } from '../partiql/sum-capacities.ts';
import type { DynamodbService } from '../service.ts';
import { validationException } from '../values/refusal.ts';

type Output = Omit<BatchExecuteStatementCommandOutput, '$metadata'>;

/** What the statements of a batch are refused with. */
const CODES: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  DuplicateItemException: 'DuplicateItem',
  ItemCollectionSizeLimitExceededException: 'ItemCollectionSizeLimitExceeded',
  ResourceNotFoundException: 'ResourceNotFound',
  ValidationException: 'ValidationError',
};

/** Runs up to 25 PartiQL statements, each for itself: what is refused stands in its place. */
export const batchExecuteStatement: Operation<DynamodbService, BatchExecuteStatementCommandInput, Output> = async (
  service,
  input,
  context,
) => {
  const responses: BatchStatementResponse[] = [];
  const capacities: ConsumedCapacity[] = [];
  for (const request of input.Statements ?? []) {
    const { response, capacity } = await runOne(service, request, input.ReturnConsumedCapacity, context);
    responses.push(response);
    if (capacity) capacities.push(capacity);
  }
  return {
    ...(capacities.length > 0 && { ConsumedCapacity: capacitiesByTable(capacities) }),
    Responses: responses,
  } as Output;
};

async function runOne(
  service: DynamodbService,
  request: BatchStatementRequest,
  returnConsumedCapacity: string | undefined,
  context: RequestContext,
): Promise<{ readonly response: BatchStatementResponse; readonly capacity?: ConsumedCapacity | undefined }> {
  let ranOn: string | undefined;
  try {
    const statement = parseStatement(request.Statement ?? '', request.Parameters);
    if (statement.kind === 'exists') throw validationException('EXISTS is only supported in ExecuteTransaction.');
    const table = await service.directory.holding(context, statement.table);
    if (isWrite(statement)) {
      ranOn = table.name;
      const { items, capacity } = await runWrite(service, table, statement, { returnConsumedCapacity, context });
      return { response: answer(table.name, items[0]), capacity };
    }
    const point = planPointRead(table, statement, 'BatchExecuteStatement');
    const reading = { consistent: request.ConsistentRead ?? false, transactional: false, returnConsumedCapacity };
    const [read] = await readPoints(service, [point], reading);
    return { response: answer(table.name, read?.item), capacity: read?.capacity };
  } catch (error) {
    return { response: refusal(error, ranOn) };
  }
}

function answer(table: string, item: AttributeMap | undefined): BatchStatementResponse {
  return { TableName: table, ...(item && { Item: item }) } as BatchStatementResponse;
}

/** Names the table only of a statement that got to its item. */
function refusal(error: unknown, table: string | undefined): BatchStatementResponse {
  const code = error instanceof ServiceError ? CODES[error.code] : undefined;
  if (!(error instanceof ServiceError) || code === undefined) throw error;
  const told = { Error: { Code: code, Message: error.message } };
  return { ...told, ...(code !== 'ValidationError' && table && { TableName: table }) } as BatchStatementResponse;
}
