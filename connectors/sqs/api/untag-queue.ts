import type { UntagQueueCommandInput } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import { missingParameter } from '../errors.ts';
import type { SqsService } from '../service.ts';

/** Removes tags by key; keys that are not there do not matter. */
export const untagQueue: Operation<SqsService, UntagQueueCommandInput, object> = async (service, input, context) =>
  await service.directory.change(async () => {
    const queue = await service.directory.byUrl(input.QueueUrl, context);
    const keys = input.TagKeys;
    if (!keys) throw missingParameter('TagKeys');
    const tags = Object.fromEntries(Object.entries(queue.tags).filter(([key]) => !keys.includes(key)));
    await service.directory.update(queue, { ...queue, tags });
    return {};
  });
