import { traceIdOf } from '../../../src/core/journal.ts';
import { type FanOut, PUBLICATIONS } from '../fan-out/fan-out.ts';
import type { SnsService } from '../service.ts';
import { isFifo, type Topic } from '../topic/topic.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { Publication, PublishedTopic } from './publication.ts';
import { receiversOf } from './receivers.ts';

/** What the publisher is told. */
export interface Published {
  readonly messageId: string;
  /** FIFO only. */
  readonly sequenceNumber?: string | undefined;
}

/** Larger messages are not copied into the journal. */
const JOURNAL_TEXT_CHARACTERS = 64 * 1024;

/**
 * Takes a checked message: decides to whom it goes and stores that as one task. Resolves once it is stored; what nobody
 * would take is not stored at all.
 */
export async function publish(
  service: SnsService,
  topic: Topic,
  message: OutgoingMessage,
  traceHeader: string | undefined,
): Promise<Published> {
  const { bytes, ...content } = message;
  const publication: Publication = {
    ...content,
    ...{ traceHeader, topic: publishedTopic(topic) },
    messageId: service.random.uuid(),
    atMs: service.clock.nowMs(),
  };
  tellOfPublication(service, publication, bytes);
  const receivers = await receiversOf(service, topic, publication);
  const to = receivers.map(({ id }) => id);
  if (isFifo(topic)) return await place(service, topic, publication, to);
  if (to.length > 0) {
    // While it is stored.
    for (const receiver of receivers) service.envelopes.begin(publication, receiver);
    const data: FanOut = { publication, to };
    await service.tasks.add(PUBLICATIONS, { id: publication.messageId, data, dueAtMs: publication.atMs });
  }
  return { messageId: publication.messageId };
}

function publishedTopic({ arn, name, account, region, attributes }: Topic): PublishedTopic {
  const signatureVersion = attributes['SignatureVersion'] === '2' ? '2' : '1';
  return { arn, name, account, region, signatureVersion, fifo: attributes['FifoTopic'] === 'true' };
}

function tellOfPublication(service: SnsService, publication: Publication, bytes: number): void {
  const { topic, messageId, text, traceHeader } = publication;
  service.journal.append({
    kind: 'event',
    what: `SNS message to ${topic.name}`,
    eventIds: [messageId],
    arn: topic.arn,
    traceId: traceIdOf(traceHeader),
    detail: text.length <= JOURNAL_TEXT_CHARACTERS ? { message: text } : { bytes },
  });
  const { account, region, name } = topic;
  service.metrics.record({ account, region }, 'AWS/SNS', { TopicName: name }, [
    { name: 'NumberOfMessagesPublished', value: 1, unit: 'Count' },
    { name: 'PublishSize', value: bytes, unit: 'Bytes' },
  ]);
}

async function place(service: SnsService, topic: Topic, publication: Publication, to: readonly string[]) {
  const { account, region, name, id, attributes } = topic;
  const ofGroup = attributes['FifoThroughputScope'] === 'MessageGroup';
  const deduplicationScope = ofGroup ? `group/${publication.groupId}` : 'topic';
  const placed = await service.lanes.place({ account, region, name, id }, { publication, deduplicationScope, to });
  const { messageId, sequenceNumber, duplicate } = placed;
  if (duplicate) {
    service.journal.append({
      kind: 'decision',
      what: `SNS message to ${name} is a duplicate of ${messageId} and not delivered`,
      eventIds: [publication.messageId],
      arn: topic.arn,
    });
  }
  return { messageId, sequenceNumber };
}
