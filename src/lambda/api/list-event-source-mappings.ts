import type { ListEventSourceMappingsRequest, ListEventSourceMappingsResponse } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import type { LambdaService } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html */
export const listEventSourceMappings: Operation<
  LambdaService,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse
> = (service, input, context) => service.mappings().list({ ...input }, context);
