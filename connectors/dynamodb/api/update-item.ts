import type { UpdateItemCommandInput, UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { checkExpressionParameters } from '../expressions/parameters.ts';
import { readExpressions } from '../expressions/request.ts';
import { planUpdate } from '../items/plan-write.ts';
import { writeItem } from '../items/write-items.ts';
import { writtenAnswer } from '../items/written-answer.ts';
import type { DynamodbService } from '../service.ts';
import { checkItem } from '../values/check-value.ts';

type Output = Omit<UpdateItemCommandOutput, '$metadata'>;

/** Changes an item, or makes it where there is none. */
export const updateItem: Operation<DynamodbService, UpdateItemCommandInput, Output> = async (
  service,
  input,
  context,
) => {
  checkExpressionParameters('UpdateItem', input);
  const key = checkItem(input.Key ?? {});
  const { condition, update } = readExpressions('UpdateItem', input);
  const table = await service.directory.holding(context, input.TableName ?? '');
  const requirement = { condition, onFailure: input.ReturnValuesOnConditionCheckFailure };
  const plan = planUpdate(table, key, update, requirement);
  const written = await writeItem(service, plan, context);
  return writtenAnswer(table, plan.key, written, input, update) as Output;
};
