import type { RemoveTagsFromStreamInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import type { KinesisService } from '../service.ts';
import { withoutTags } from '../stream/tags.ts';

/** Removes tags from a stream. */
export const removeTagsFromStream: Operation<KinesisService, RemoveTagsFromStreamInput, object> = async (
  { directory },
  input,
  context,
) => {
  const stream = await directory.of(input, context);
  await directory.change(stream, (current) => ({
    ...current,
    tags: withoutTags(current, current.tags, input.TagKeys ?? []),
  }));
  return {};
};
