import type { ListTagsForResourceInput, ListTagsForResourceOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { sortedTagList } from '../../../src/core/tags.ts';
import type { KinesisService } from '../service.ts';
import { findResource } from '../stream/tagged-resource.ts';

/** The tags of a stream or a consumer. */
export const listTagsForResource: Operation<
  KinesisService,
  ListTagsForResourceInput,
  ListTagsForResourceOutput
> = async ({ directory }, { ResourceARN }, context) => {
  const { resource } = await findResource(directory, ResourceARN, context);
  return { Tags: sortedTagList(resource.tags) };
};
