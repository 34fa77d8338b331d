import type { DeleteEventSourceMappingRequest, EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import type { LambdaService } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html */
export const deleteEventSourceMapping: Operation<
  LambdaService,
  DeleteEventSourceMappingRequest,
  EventSourceMappingConfiguration
> = (service, input, context) => service.mappings().remove(input.UUID ?? '', context);
