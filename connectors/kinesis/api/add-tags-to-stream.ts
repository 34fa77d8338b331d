import type { AddTagsToStreamInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import type { KinesisService } from '../service.ts';
import { withTags } from '../stream/tags.ts';

/** Adds tags to a stream. */
export const addTagsToStream: Operation<KinesisService, AddTagsToStreamInput, object> = async (
  { directory },
  input,
  context,
) => {
  const stream = await directory.of(input, context);
  await directory.change(stream, (current) => ({
    ...current,
    tags: withTags(current, current.tags, input.Tags ?? {}),
  }));
  return {};
};
