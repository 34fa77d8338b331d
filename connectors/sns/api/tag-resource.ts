import type { TagResourceRequest, TagResourceResponse } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import type { SnsService } from '../service.ts';
import { distinctTags, withTags } from '../topic/tags.ts';

/** Adds tags to a topic. */
export const tagResource: Operation<SnsService, TagResourceRequest, TagResourceResponse> = async (
  { topics },
  { ResourceArn, Tags },
  context,
) => {
  const added = distinctTags(Tags);
  const topic = await topics.of(ResourceArn, context, 'TagResource', 'ResourceArn');
  await topics.change(topic, (current) => ({ ...current, tags: withTags(current.tags, added) }));
  return {};
};
