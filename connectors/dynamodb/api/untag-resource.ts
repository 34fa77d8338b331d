import type { UntagResourceCommandInput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { resourceWithTags, updateResource } from '../resource/resource.ts';
import type { DynamodbService } from '../service.ts';
import { validationException } from '../values/refusal.ts';

/** Removes tags of a table or a stream; keys that it does not have change nothing. */
export const untagResource: Operation<DynamodbService, UntagResourceCommandInput, object> = async (
  service,
  { ResourceArn, TagKeys = [] },
  context,
) =>
  await service.directory.change(async (turn) => {
    if (TagKeys.length === 0) throw validationException('Atleast one Tag Key needs to be provided as Input.');
    const resource = await resourceWithTags(service.streams, turn, ResourceArn, context);
    const kept = Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key));
    await updateResource(service, turn, resource, { tags: Object.fromEntries(kept) });
    return {};
  });
