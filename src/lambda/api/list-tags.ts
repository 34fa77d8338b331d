import type { ListTagsRequest, ListTagsResponse } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import type { LambdaService } from '../lambda-service.ts';
import { taggedResource } from '../tagged-resource.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html */
export const listTags: Operation<LambdaService, ListTagsRequest, ListTagsResponse> = async (
  service,
  input,
  context,
) => ({ Tags: { ...(await taggedResource(service, context, input.Resource ?? '').read()) } });
