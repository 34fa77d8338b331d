import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import { tagList } from '../../../src/core/tags.ts';
import type { SnsService } from '../service.ts';

/** The tags of a topic. */
export const listTagsForResource: Operation<
  SnsService,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
> = async ({ topics }, { ResourceArn }, context) => {
  const { tags } = await topics.of(ResourceArn, context, 'ListTagsForResource', 'ResourceArn');
  return { Tags: tagList(tags) };
};
