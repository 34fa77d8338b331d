import type { TagResourceCommandInput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { resourceWithTags, updateResource } from '../resource/resource.ts';
import { checkCount, readTags } from '../resource/tags.ts';
import type { DynamodbService } from '../service.ts';
import { validationException } from '../values/refusal.ts';

/** Adds tags to a table or a stream; one with a known key replaces the old one. */
export const tagResource: Operation<DynamodbService, TagResourceCommandInput, object> = async (
  service,
  { ResourceArn, Tags = [] },
  context,
) =>
  await service.directory.change(async (turn) => {
    if (Tags.length === 0) throw validationException('Atleast one Tag needs to be provided as Input.');
    const added = readTags(Tags);
    const resource = await resourceWithTags(service.streams, turn, ResourceArn, context);
    await updateResource(service, turn, resource, { tags: checkCount({ ...resource.tags, ...added }) });
    return {};
  });
