import { invalidParameter } from '../errors.ts';
import type { Topic } from '../topic/topic.ts';
import { maximumMessageBytes, STANDARD_MESSAGE_BYTES } from '../topic/topic-attributes.ts';
import type { Protocol, Subscription } from './subscription.ts';

const MAX_SUBSCRIPTIONS = 100;
const PROTOCOLS: ReadonlySet<Protocol> = new Set<Protocol>(['sqs', 'lambda', 'firehose']);

/**
 * Refuses what a topic cannot have whose messages may be larger than 256 KiB; the texts are ours.
 * https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html
 *
 * @param subscriptions all that the topic is to have
 */
export function checkLargeMessages(
  { attributes }: Topic,
  subscriptions: readonly Pick<Subscription, 'protocol'>[],
): void {
  if (maximumMessageBytes(attributes) <= STANDARD_MESSAGE_BYTES) return;
  const rule = `A topic with a MaximumMessageSize above ${STANDARD_MESSAGE_BYTES}`;
  if (subscriptions.length > MAX_SUBSCRIPTIONS) {
    throw invalidParameter(`${rule} can have at most ${MAX_SUBSCRIPTIONS} subscriptions`);
  }
  const other = subscriptions.find(({ protocol }) => !PROTOCOLS.has(protocol));
  if (other) throw invalidParameter(`${rule} cannot have subscriptions of protocol ${other.protocol}`);
}
