import type { UntagResourceRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import type { LambdaService } from '../lambda-service.ts';
import { taggedResource } from '../tagged-resource.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html */
export const untagResource: Operation<LambdaService, UntagResourceRequest, object> = async (
  service,
  input,
  context,
) => {
  const { Resource = '', TagKeys = [] } = input;
  const removed = new Set(TagKeys);
  await taggedResource(service, context, Resource).change((tags) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key))),
  );
  return {};
};
