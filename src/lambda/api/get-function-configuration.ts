import type { FunctionConfiguration, GetFunctionConfigurationRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { ownReference } from '../function/function-name.ts';
import { describeVersion, type LambdaService, requireFunction, requireVersion } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html */
export const getFunctionConfiguration: Operation<
  LambdaService,
  GetFunctionConfigurationRequest,
  FunctionConfiguration
> = async (service, input, context) => {
  const reference = ownReference(context, input.FunctionName ?? '', input.Qualifier);
  const record = await requireFunction(service, reference);
  const version = requireVersion(record, reference);
  return describeVersion(service, record, version, { qualifier: reference.qualifier, as: 'full' });
};
