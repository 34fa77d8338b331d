import type { TagQueueCommandInput } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import { missingParameter } from '../errors.ts';
import type { SqsService } from '../service.ts';
import { checkTags } from '../tags.ts';

/** Adds tags; one with a known key replaces the old one. */
export const tagQueue: Operation<SqsService, TagQueueCommandInput, object> = async (service, input, context) =>
  await service.directory.change(async () => {
    const queue = await service.directory.byUrl(input.QueueUrl, context);
    if (!input.Tags) throw missingParameter('Tags');
    const tags = checkTags(queue.name, { ...queue.tags, ...input.Tags });
    await service.directory.update(queue, { ...queue, tags });
    return {};
  });
