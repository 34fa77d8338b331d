import type { TagResourceInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import type { KinesisService } from '../service.ts';
import { changeResource } from '../stream/tagged-resource.ts';
import { withTags } from '../stream/tags.ts';

/** Adds tags to a stream or a consumer. */
export const tagResource: Operation<KinesisService, TagResourceInput, object> = async (
  { directory },
  { ResourceARN, Tags },
  context,
) => {
  await changeResource(directory, ResourceARN, context, ({ tags }, stream) => ({
    tags: withTags(stream, tags, Tags ?? {}),
  }));
  return {};
};
