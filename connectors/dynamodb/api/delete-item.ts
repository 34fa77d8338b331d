import type { DeleteItemCommandInput, DeleteItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { checkExpressionParameters } from '../expressions/parameters.ts';
import { readExpressions } from '../expressions/request.ts';
import { planDelete } from '../items/plan-write.ts';
import { writeItem } from '../items/write-items.ts';
import { checkReturnValues, writtenAnswer } from '../items/written-answer.ts';
import type { DynamodbService } from '../service.ts';
import { checkItem } from '../values/check-value.ts';

type Output = Omit<DeleteItemCommandOutput, '$metadata'>;

/** Removes an item. That there is none is no error. */
export const deleteItem: Operation<DynamodbService, DeleteItemCommandInput, Output> = async (
  service,
  input,
  context,
) => {
  checkExpressionParameters('DeleteItem', input);
  const key = checkItem(input.Key ?? {});
  checkReturnValues(input.ReturnValues);
  const { condition } = readExpressions('DeleteItem', input);
  const table = await service.directory.holding(context, input.TableName ?? '');
  const plan = planDelete(table, key, { condition, onFailure: input.ReturnValuesOnConditionCheckFailure });
  const written = await writeItem(service, plan, context);
  return writtenAnswer(table, plan.key, written, input) as Output;
};
