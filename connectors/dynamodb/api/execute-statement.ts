import type { ExecuteStatementCommandInput, ExecuteStatementCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { readNextToken, writeNextToken } from '../partiql/next-token.ts';
import { parseStatement } from '../partiql/parse-statement.ts';
import { isWrite } from '../partiql/plan-statement.ts';
import { readSelect } from '../partiql/read-select.ts';
import { runWrite } from '../partiql/run-statement.ts';
import type { DynamodbService } from '../service.ts';
import { validationException } from '../values/refusal.ts';

type Output = Omit<ExecuteStatementCommandOutput, '$metadata'>;

/** Runs one PartiQL statement: a page of a `SELECT`, or a write of one item. */
export const executeStatement: Operation<DynamodbService, ExecuteStatementCommandInput, Output> = async (
  service,
  input,
  context,
) => {
  const { Statement: text = '', ReturnConsumedCapacity: returnConsumedCapacity } = input;
  const statement = parseStatement(text, input.Parameters);
  if (statement.kind === 'exists') throw validationException('EXISTS is only supported in ExecuteTransaction.');
  const table = await service.directory.holding(context, statement.table);
  if (isWrite(statement)) {
    const onFailure = input.ReturnValuesOnConditionCheckFailure;
    const { items, capacity } = await runWrite(service, table, statement, {
      onFailure,
      returnConsumedCapacity,
      context,
    });
    return { ...(capacity && { ConsumedCapacity: capacity }), Items: items } as Output;
  }
  const { items, next, capacity } = await readSelect(service, table, statement, {
    start: readNextToken(text, input.NextToken),
    limit: input.Limit,
    consistent: input.ConsistentRead ?? false,
    returnConsumedCapacity,
  });
  return {
    ...(capacity && { ConsumedCapacity: capacity }),
    Items: items,
    ...(next?.after && { LastEvaluatedKey: next.after }),
    ...(next && { NextToken: writeNextToken(text, next) }),
  } as Output;
};
