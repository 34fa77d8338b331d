import type {
  ListFunctionEventInvokeConfigsRequest,
  ListFunctionEventInvokeConfigsResponse,
} from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { wholeFunction } from '../function/function-name.ts';
import { invokeConfiguration } from '../function/invoke-config.ts';
import { notFound } from '../lambda-error.ts';
import type { LambdaService } from '../lambda-service.ts';
import { pageOf } from '../page.ts';

const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html */
export const listFunctionEventInvokeConfigs: Operation<
  LambdaService,
  ListFunctionEventInvokeConfigsRequest,
  ListFunctionEventInvokeConfigsResponse
> = async (service, input, context) => {
  const record = await service.functions.find(wholeFunction(context, input.FunctionName ?? ''));
  if (!record) throw notFound("The function doesn't exist.");
  const sorted = Object.entries(record.invokeConfigs).sort(([a], [b]) => (a < b ? -1 : 1));
  const { items, nextMarker } = pageOf(sorted, ([qualifier]) => qualifier, {
    marker: input.Marker,
    maxItems: input.MaxItems,
    most: PAGE_SIZE,
  });
  const configs = items.map(([qualifier, config]) => invokeConfiguration(record, qualifier, config));
  return { FunctionEventInvokeConfigs: configs, ...nextMarker };
};
