import type { TagResourceRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import type { LambdaService } from '../lambda-service.ts';
import { taggedResource } from '../tagged-resource.ts';
import { requireSomeTags } from '../tags.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html */
export const tagResource: Operation<LambdaService, TagResourceRequest, object> = async (service, input, context) => {
  const { Resource = '', Tags = {} } = input;
  const resource = taggedResource(service, context, Resource);
  requireSomeTags(Tags);
  await resource.change((tags) => ({ ...tags, ...Tags }));
  return {};
};
