import type { TagResourceRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { checkedTags } from '../group/tags.ts';
import type { LogsService } from '../service.ts';
import { taggedResource } from '../tagged-resource.ts';

/** Adds tags to a group or a destination. */
export const tagResource: Operation<LogsService, TagResourceRequest, void> = async (service, input, context) => {
  const resource = await taggedResource(service, input.resourceArn ?? '', context);
  await resource.change((tags) => checkedTags(tags, input.tags ?? {}));
};
