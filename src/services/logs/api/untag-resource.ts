import type { UntagResourceRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { withoutTags } from '../../../core/tags.ts';
import type { LogsService } from '../service.ts';
import { taggedResource } from '../tagged-resource.ts';

/** Removes tags from a group or a destination. */
export const untagResource: Operation<LogsService, UntagResourceRequest, void> = async (service, input, context) => {
  const resource = await taggedResource(service, input.resourceArn ?? '', context);
  await resource.change((tags) => withoutTags(tags, input.tagKeys ?? []));
};
