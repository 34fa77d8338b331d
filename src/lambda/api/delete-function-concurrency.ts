import type { DeleteFunctionConcurrencyRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { wholeFunction } from '../function/function-name.ts';
import { type LambdaService, requireFunction } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionConcurrency.html */
export const deleteFunctionConcurrency: Operation<LambdaService, DeleteFunctionConcurrencyRequest, object> = async (
  service,
  input,
  context,
) => {
  const reference = wholeFunction(context, input.FunctionName ?? '');
  await requireFunction(service, reference);
  await service.functions.change(reference, ({ reservedConcurrency: _, ...record }) => record);
  return {};
};
