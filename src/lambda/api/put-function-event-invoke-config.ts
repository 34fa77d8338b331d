import type { FunctionEventInvokeConfig, PutFunctionEventInvokeConfigRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { storeInvokeConfig } from '../function/invoke-config.ts';
import type { LambdaService } from '../lambda-service.ts';

/** Replaces the configuration as a whole: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html */
export const putFunctionEventInvokeConfig: Operation<
  LambdaService,
  PutFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig
> = (service, input, context) => storeInvokeConfig(service, input, context, () => ({}));
