import type { CreateEventSourceMappingRequest, EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import type { LambdaService } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
export const createEventSourceMapping: Operation<
  LambdaService,
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration
> = (service, input, context) => service.mappings().create({ ...input }, context);
