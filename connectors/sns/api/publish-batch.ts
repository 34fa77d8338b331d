import type { PublishBatchInput, PublishBatchResponse } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import { checkEntries, checkTotal } from '../publish/batch-entries.ts';
import { checkMessage, type OutgoingMessage } from '../publish/outgoing-message.ts';
import { type Published, publish } from '../publish/publishing.ts';
import type { SnsService } from '../service.ts';
import { isFifo, type Topic } from '../topic/topic.ts';
import { maximumMessageBytes } from '../topic/topic-attributes.ts';

/** Publishes up to ten messages; one that the topic refuses refuses them all (recorded). */
export const publishBatch: Operation<SnsService, PublishBatchInput, PublishBatchResponse> = async (
  service,
  { TopicArn, PublishBatchRequestEntries },
  context,
) => {
  const topic = await service.topics.of(TopicArn, context, 'Publish');
  const entries = checkEntries(PublishBatchRequestEntries);
  const messages = entries.map((entry) => checkMessage(topic, entry));
  const bytes = messages.reduce((sum, message) => sum + message.bytes, 0);
  checkTotal(bytes, maximumMessageBytes(topic.attributes));
  const published = await publishAll(service, topic, messages, context.traceHeader);
  const Successful = published.map(({ messageId, sequenceNumber }, index) => ({
    Id: entries[index]?.Id,
    MessageId: messageId,
    ...(sequenceNumber && { SequenceNumber: sequenceNumber }),
  }));
  return { Successful, Failed: [] };
};

/** Side by side; to a FIFO topic one after another, which keeps their order. */
async function publishAll(
  service: SnsService,
  topic: Topic,
  messages: readonly OutgoingMessage[],
  traceHeader: string | undefined,
): Promise<readonly Published[]> {
  if (!isFifo(topic))
    return await Promise.all(messages.map((message) => publish(service, topic, message, traceHeader)));
  const published: Published[] = [];
  for (const message of messages) published.push(await publish(service, topic, message, traceHeader));
  return published;
}
