import { deliveryEntry } from '../../../src/core/delivery/delivery-entry.ts';
import type { DeliveryStep } from '../../../src/core/delivery/pending-delivery.ts';
import { type JournalEntry, traceIdOf } from '../../../src/core/journal.ts';
import type { Publication } from '../publish/publication.ts';
import type { SnsService } from '../service.ts';
import { type Subscription, shownEndpoint } from '../subscription/subscription.ts';
import { deadLetterArn } from '../subscription/subscription-attributes.ts';

type Books = Pick<SnsService, 'journal' | 'metrics'>;

/** Counts something that happened to a topic's messages. https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html */
export function countOfTopic(
  { metrics }: Pick<Books, 'metrics'>,
  { account, region, name }: Pick<Publication['topic'], 'account' | 'region' | 'name'>,
  counted: string,
  value = 1,
): void {
  metrics.record({ account, region }, 'AWS/SNS', { TopicName: name }, [{ name: counted, value, unit: 'Count' }]);
}

/** Tells of a step of a delivery. */
export function tellDelivery(books: Books, publication: Publication, to: Subscription, step: DeliveryStep): void {
  books.journal.append(entryOf(publication, to, step));
  for (const counted of countedOf(step, to)) countOfTopic(books, publication.topic, counted);
}

function countedOf({ kind }: DeliveryStep, to: Subscription): readonly string[] {
  if (kind === 'accepted') return ['NumberOfNotificationsDelivered'];
  if (kind === 'retry') return [];
  if (kind === 'buried') return ['NumberOfNotificationsFailed', 'NumberOfNotificationsRedrivenToDlq'];
  const unburied = to.attributes['RedrivePolicy'] ? ['NumberOfNotificationsFailedToRedriveToDlq'] : [];
  return ['NumberOfNotificationsFailed', ...unburied];
}

function entryOf({ topic, messageId, traceHeader }: Publication, to: Subscription, step: DeliveryStep): JournalEntry {
  const receiver = shownEndpoint(to.endpoint);
  const named = {
    way: `SNS ${topic.name} → ${to.protocol} ${receiver}`,
    ...{ receiver, deadLetterArn: deadLetterArn(to), eventIds: [messageId], traceId: traceIdOf(traceHeader) },
    detail: { subscription: to.arn, outcome: step.kind },
  };
  return deliveryEntry(named, step);
}
