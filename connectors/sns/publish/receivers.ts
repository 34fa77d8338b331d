import { traceIdOf } from '../../../src/core/journal.ts';
import { countOfTopic } from '../fan-out/delivery-account.ts';
import { type FilterVerdict, filterFor } from '../filter/message-filter.ts';
import type { SnsService } from '../service.ts';
import { type Subscription, shownEndpoint } from '../subscription/subscription.ts';
import type { Topic } from '../topic/topic.ts';
import type { Publication } from './publication.ts';

/** So many who are not delivered to are told of one by one, the others together. */
const MAX_TOLD = 10;
const NOT_SENT = new Set(['sms', 'email', 'email-json']);

type WhyNot = Exclude<FilterVerdict, 'passed'> | 'not sent';

interface NotReceiver {
  readonly subscription: Subscription;
  readonly why: WhyNot;
}

/** The subscriptions that a message is for. Who is not delivered to is counted, and told to the journal. */
export async function receiversOf(
  service: SnsService,
  topic: Topic,
  publication: Publication,
): Promise<readonly Subscription[]> {
  const subscriptions = await service.subscriptions.of(topic);
  const verdictOn = filterFor(publication, subscriptions);
  const receivers: Subscription[] = [];
  const others: NotReceiver[] = [];
  for (const subscription of subscriptions) {
    if (!subscription.confirmed) continue;
    const verdict = verdictOn(subscription);
    if (verdict !== 'passed') others.push({ subscription, why: verdict });
    else if (NOT_SENT.has(subscription.protocol)) others.push({ subscription, why: 'not sent' });
    else receivers.push(subscription);
  }
  countFilteredOut(service, topic, others);
  tellOfNoDelivery(service, publication, others);
  return receivers;
}

function countFilteredOut(service: SnsService, topic: Topic, others: readonly NotReceiver[]): void {
  const counts = new Map<WhyNot, number>();
  for (const { why } of others) counts.set(why, (counts.get(why) ?? 0) + 1);
  counts.delete('not sent');
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (all > 0) countOfTopic(service, topic, 'NumberOfNotificationsFilteredOut', all);
  for (const [why, count] of counts) {
    countOfTopic(service, topic, `NumberOfNotificationsFilteredOut-${why}`, count);
  }
}

function tellOfNoDelivery(
  { journal }: SnsService,
  { topic, messageId, traceHeader }: Publication,
  others: readonly NotReceiver[],
): void {
  const tell = (what: string, arn: string) => {
    const [eventIds, traceId] = [[messageId], traceIdOf(traceHeader)];
    journal.append({ kind: 'decision', what: `SNS ${topic.name} → ${what}`, eventIds, arn, traceId });
  };
  for (const { subscription, why } of others.slice(0, MAX_TOLD)) {
    const endpoint = shownEndpoint(subscription.endpoint);
    const reason = why === 'not sent' ? 'Headwater sends no such messages' : 'its filter policy does not match';
    tell(`${subscription.protocol} ${endpoint}: not delivered, ${reason}`, endpoint);
  }
  const more = others.length - MAX_TOLD;
  if (more > 0) tell(`${more} further subscriptions: not delivered, for such reasons`, topic.arn);
}
