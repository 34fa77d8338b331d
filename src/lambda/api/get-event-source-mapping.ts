import type { EventSourceMappingConfiguration, GetEventSourceMappingRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import type { LambdaService } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html */
export const getEventSourceMapping: Operation<
  LambdaService,
  GetEventSourceMappingRequest,
  EventSourceMappingConfiguration
> = (service, input, context) => service.mappings().get(input.UUID ?? '', context);
