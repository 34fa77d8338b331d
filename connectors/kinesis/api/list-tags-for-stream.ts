import type { ListTagsForStreamInput, ListTagsForStreamOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { sortedTagList } from '../../../src/core/tags.ts';
import type { KinesisService } from '../service.ts';

/** A page of a stream's tags, by key. */
export const listTagsForStream: Operation<KinesisService, ListTagsForStreamInput, ListTagsForStreamOutput> = async (
  { directory },
  input,
  context,
) => {
  const { tags } = await directory.of(input, context);
  const { ExclusiveStartTagKey: start = '', Limit: limit = Number.POSITIVE_INFINITY } = input;
  const behind = sortedTagList(tags).filter(({ Key }) => Key > start);
  return { Tags: behind.slice(0, limit), HasMoreTags: behind.length > limit };
};
