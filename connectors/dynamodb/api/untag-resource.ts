import type { UntagResourceCommandInput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { resourceWithTags } from '../resource/resource.ts';
import type { DynamodbService } from '../service.ts';
import { validationException } from '../values/refusal.ts';

/** Removes tags of a table or a stream; keys that it does not have change nothing. */
export const untagResource: Operation<DynamodbService, UntagResourceCommandInput, object> = async (
  service,
  { ResourceArn, TagKeys = [] },
  context,
) =>
  await service.directory.change(async () => {
    if (TagKeys.length === 0) throw validationException('Atleast one Tag Key needs to be provided as Input.');
    const resource = await resourceWithTags(service, ResourceArn, context);
    const kept = Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key));
    await resource.update({ tags: Object.fromEntries(kept) });
    return {};
  });
