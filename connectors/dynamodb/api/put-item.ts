import type { PutItemCommandInput, PutItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { checkExpressionParameters } from '../expressions/parameters.ts';
import { readExpressions } from '../expressions/request.ts';
import { checkPutItem, planPut } from '../items/plan-write.ts';
import { writeItem } from '../items/write-items.ts';
import { checkReturnValues, writtenAnswer } from '../items/written-answer.ts';
import type { DynamodbService } from '../service.ts';

type Output = Omit<PutItemCommandOutput, '$metadata'>;

/** Puts an item in the place of what is there under its key. */
export const putItem: Operation<DynamodbService, PutItemCommandInput, Output> = async (service, input, context) => {
  checkExpressionParameters('PutItem', input);
  const item = checkPutItem(input.Item ?? {});
  checkReturnValues(input.ReturnValues);
  const { condition } = readExpressions('PutItem', input);
  const table = await service.directory.holding(context, input.TableName ?? '');
  const plan = planPut(table, item, { condition, onFailure: input.ReturnValuesOnConditionCheckFailure });
  const written = await writeItem(service, plan, context);
  return writtenAnswer(table, plan.key, written, input) as Output;
};
