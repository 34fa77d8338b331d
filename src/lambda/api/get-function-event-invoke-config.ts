import type { FunctionEventInvokeConfig, GetFunctionEventInvokeConfigRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { functionArn, ownReference } from '../function/function-name.ts';
import { LATEST } from '../function/function-record.ts';
import { invokeConfiguration, noInvokeConfig, requireInvokeConfig } from '../function/invoke-config.ts';
import type { LambdaService } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html */
export const getFunctionEventInvokeConfig: Operation<
  LambdaService,
  GetFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig
> = async (service, input, context) => {
  const reference = ownReference(context, input.FunctionName ?? '', input.Qualifier);
  const { qualifier = LATEST } = reference;
  const record = await service.functions.find(reference);
  if (!record) throw noInvokeConfig(functionArn(reference, qualifier));
  return invokeConfiguration(record, qualifier, requireInvokeConfig(record, qualifier));
};
