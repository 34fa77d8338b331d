import type { ListQueuesCommandInput, ListQueuesResult } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import { page } from '../pages.ts';
import { queueUrl } from '../queue.ts';
import type { SqsService } from '../service.ts';

/** The URLs of the account's queues in the region, by name. */
export const listQueues: Operation<SqsService, ListQueuesCommandInput, ListQueuesResult> = async (
  service,
  input,
  context,
) => {
  const prefix = input.QueueNamePrefix ?? '';
  const queues = (await service.directory.list(context)).filter(({ name }) => name.startsWith(prefix));
  const urls = queues.map((queue) => queueUrl(context.origin, queue));
  const { items, next } = page(urls, input);
  return { ...(items.length > 0 && { QueueUrls: items }), ...(next && { NextToken: next }) };
};
