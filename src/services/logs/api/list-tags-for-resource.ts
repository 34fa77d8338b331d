import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import type { LogsService } from '../service.ts';
import { taggedResource } from '../tagged-resource.ts';

/** The tags of a group or a destination. */
export const listTagsForResource: Operation<
  LogsService,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
> = async (service, input, context) => {
  const { tags } = await taggedResource(service, input.resourceArn ?? '', context);
  return { tags };
};
