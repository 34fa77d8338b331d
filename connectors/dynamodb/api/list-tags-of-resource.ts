import type { ListTagsOfResourceCommandInput, ListTagsOfResourceOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { resourceWithTags } from '../resource/resource.ts';
import type { DynamodbService } from '../service.ts';
import { validationException } from '../values/refusal.ts';

/** All tags of a table or a stream: they fit on one page. */
export const listTagsOfResource: Operation<
  DynamodbService,
  ListTagsOfResourceCommandInput,
  ListTagsOfResourceOutput
> = async (service, { ResourceArn, NextToken }, context) => {
  if (NextToken !== undefined) throw validationException('Invalid NextToken: all tags come with the first call');
  const { tags } = await resourceWithTags(service.streams, service.directory, ResourceArn, context);
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
};
