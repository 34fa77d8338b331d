import type { GetFunctionCodeSigningConfigRequest, GetFunctionCodeSigningConfigResponse } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { wholeFunction } from '../function/function-name.ts';
import { type LambdaService, requireFunction } from '../lambda-service.ts';

/** No function has one, as code signing is refused; tools ask nevertheless: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionCodeSigningConfig.html */
export const getFunctionCodeSigningConfig: Operation<
  LambdaService,
  GetFunctionCodeSigningConfigRequest,
  Partial<GetFunctionCodeSigningConfigResponse>
> = async (service, input, context) => {
  const { name } = await requireFunction(service, wholeFunction(context, input.FunctionName ?? ''));
  return { FunctionName: name };
};
