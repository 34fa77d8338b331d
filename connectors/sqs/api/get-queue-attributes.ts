import type { GetQueueAttributesCommandInput, GetQueueAttributesResult } from '@aws-sdk/client-sqs';
import { SECOND } from '../../../src/core/clock.ts';
import type { Operation } from '../../../src/core/operation.ts';
import { unknownAttribute } from '../errors.ts';
import type { Queue } from '../queue.ts';
import { settableAttributes } from '../queue-attributes.ts';
import type { SqsService } from '../service.ts';

const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;
const READ_ONLY = ['QueueArn', 'CreatedTimestamp', 'LastModifiedTimestamp', ...COUNTS];
const KNOWN: ReadonlySet<string> = new Set(['All', ...READ_ONLY, ...settableAttributes]);

/** The attributes that were asked for and that the queue has. */
export const getQueueAttributes: Operation<
  SqsService,
  GetQueueAttributesCommandInput,
  GetQueueAttributesResult
> = async (service, input, context) => {
  const queue = await service.directory.byUrl(input.QueueUrl, context, 'GetQueueAttributes');
  const names: readonly string[] = input.AttributeNames ?? [];
  const unknown = names.find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw unknownAttribute(unknown);
  if (names.length === 0) return {};
  const all = await allAttributes(service, queue);
  const chosen = names.includes('All')
    ? all
    : Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  return Object.keys(chosen).length > 0 ? { Attributes: chosen } : {};
};

async function allAttributes({ queues }: SqsService, queue: Queue): Promise<Record<string, string>> {
  const { visible, inFlight, delayed } = await queues.counts(queue.arn);
  const [visibleName, inFlightName, delayedName] = COUNTS;
  return {
    ...queue.attributes,
    QueueArn: queue.arn,
    CreatedTimestamp: String(Math.floor(queue.createdAtMs / SECOND)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAtMs / SECOND)),
    [visibleName]: String(visible),
    [inFlightName]: String(inFlight),
    [delayedName]: String(delayed),
  };
}
