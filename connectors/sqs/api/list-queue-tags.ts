import type { ListQueueTagsCommandInput, ListQueueTagsResult } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import type { SqsService } from '../service.ts';

/** The queue's tags; the member is absent when there are none (recorded). */
export const listQueueTags: Operation<SqsService, ListQueueTagsCommandInput, ListQueueTagsResult> = async (
  service,
  input,
  context,
) => {
  const { tags } = await service.directory.byUrl(input.QueueUrl, context);
  return Object.keys(tags).length > 0 ? { Tags: { ...tags } } : {};
};
