import type { UntagResourceRequest, UntagResourceResponse } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import type { SnsService } from '../service.ts';

/** Takes tags off a topic. */
export const untagResource: Operation<SnsService, UntagResourceRequest, UntagResourceResponse> = async (
  { topics },
  { ResourceArn, TagKeys = [] },
  context,
) => {
  const topic = await topics.of(ResourceArn, context, 'UntagResource', 'ResourceArn');
  await topics.change(topic, (current) => ({
    ...current,
    tags: Object.fromEntries(Object.entries(current.tags).filter(([key]) => !TagKeys.includes(key))),
  }));
  return {};
};
