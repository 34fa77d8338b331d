import type { DeleteFunctionEventInvokeConfigRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { functionArn, ownReference } from '../function/function-name.ts';
import { LATEST } from '../function/function-record.ts';
import { noInvokeConfig, requireInvokeConfig } from '../function/invoke-config.ts';
import type { LambdaService } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html */
export const deleteFunctionEventInvokeConfig: Operation<
  LambdaService,
  DeleteFunctionEventInvokeConfigRequest,
  object
> = async (service, input, context) => {
  const reference = ownReference(context, input.FunctionName ?? '', input.Qualifier);
  const { qualifier = LATEST } = reference;
  if (!(await service.functions.find(reference))) throw noInvokeConfig(functionArn(reference, qualifier));
  await service.functions.change(reference, (record) => {
    requireInvokeConfig(record, qualifier);
    const { [qualifier]: _, ...invokeConfigs } = record.invokeConfigs;
    return { ...record, invokeConfigs };
  });
  return {};
};
