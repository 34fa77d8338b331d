import type { GetFunctionConcurrencyRequest, GetFunctionConcurrencyResponse } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { wholeFunction } from '../function/function-name.ts';
import { type LambdaService, requireFunction } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html */
export const getFunctionConcurrency: Operation<
  LambdaService,
  GetFunctionConcurrencyRequest,
  GetFunctionConcurrencyResponse
> = async (service, input, context) => {
  const record = await requireFunction(service, wholeFunction(context, input.FunctionName ?? ''));
  const { reservedConcurrency } = record;
  return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
};
