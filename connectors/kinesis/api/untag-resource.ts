import type { UntagResourceInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import type { KinesisService } from '../service.ts';
import { changeResource } from '../stream/tagged-resource.ts';
import { withoutTags } from '../stream/tags.ts';

/** Removes tags from a stream or a consumer. */
export const untagResource: Operation<KinesisService, UntagResourceInput, object> = async (
  { directory },
  { ResourceARN, TagKeys },
  context,
) => {
  await changeResource(directory, ResourceARN, context, ({ tags }, stream) => ({
    tags: withoutTags(stream, tags, TagKeys ?? []),
  }));
  return {};
};
