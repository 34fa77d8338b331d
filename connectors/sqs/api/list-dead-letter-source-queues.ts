import type { ListDeadLetterSourceQueuesCommandInput, ListDeadLetterSourceQueuesResult } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import { page } from '../pages.ts';
import { queueUrl } from '../queue.ts';
import type { SqsService } from '../service.ts';

/** The URLs of the queues whose dead letters go to this one. */
export const listDeadLetterSourceQueues: Operation<
  SqsService,
  ListDeadLetterSourceQueuesCommandInput,
  ListDeadLetterSourceQueuesResult
> = async (service, input, context) => {
  const queue = await service.directory.byUrl(input.QueueUrl, context, 'ListDeadLetterSourceQueues');
  const sources = await service.directory.sourcesOf(queue);
  const { items, next } = page(
    sources.map((source) => queueUrl(context.origin, source)),
    input,
  );
  return { queueUrls: items, ...(next && { NextToken: next }) };
};
