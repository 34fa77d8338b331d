import type { FunctionEventInvokeConfig, UpdateFunctionEventInvokeConfigRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { requireInvokeConfig, storeInvokeConfig } from '../function/invoke-config.ts';
import type { LambdaService } from '../lambda-service.ts';

/** Keeps what is not given: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionEventInvokeConfig.html */
export const updateFunctionEventInvokeConfig: Operation<
  LambdaService,
  UpdateFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig
> = (service, input, context) => storeInvokeConfig(service, input, context, requireInvokeConfig);
