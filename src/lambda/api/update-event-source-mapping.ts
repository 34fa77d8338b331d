import type { EventSourceMappingConfiguration, UpdateEventSourceMappingRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import type { LambdaService } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html */
export const updateEventSourceMapping: Operation<
  LambdaService,
  UpdateEventSourceMappingRequest,
  EventSourceMappingConfiguration
> = (service, input, context) => service.mappings().update({ ...input }, context);
