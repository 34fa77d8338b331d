import type { SubscriptionDeclaration, TopicDeclaration } from '../../declarations/topic.ts';
import { allowInvoke } from '../allow-invoke.ts';
import { type Applying, type Change, combine, sameText } from '../applying.ts';
import { existingArn } from '../existing-arn.ts';

/** Subscribes whom a topic declares, or sets what differs; others who are subscribed stay so. */
export async function applySubscriptions(
  applying: Applying,
  name: string,
  { subscriptions = [] }: TopicDeclaration,
): Promise<Change> {
  const TopicArn = applying.arnOf('sns', name);
  const present = subscriptions.length > 0 ? await subscriptionsOf(applying, TopicArn) : [];
  const changes: Change[] = [];
  for (const declared of subscriptions) {
    const { function: target } = declared;
    if (target !== undefined) await allowInvoke(applying, target, { service: 'sns', name, arn: TopicArn });
    changes.push(await applySubscription(applying, TopicArn, declared, present));
  }
  return combine(changes) === 'unchanged' ? 'unchanged' : 'updated';
}

/** What `ListSubscriptionsByTopic` says of a subscription. */
interface Subscription {
  readonly SubscriptionArn: string;
  readonly Protocol: string;
  readonly Endpoint: string;
}

async function subscriptionsOf({ call }: Applying, TopicArn: string): Promise<readonly Subscription[]> {
  const found: Subscription[] = [];
  for (let NextToken: unknown; ; ) {
    const page = await call('sns', 'ListSubscriptionsByTopic', { TopicArn, ...(NextToken ? { NextToken } : {}) });
    found.push(...((page['Subscriptions'] ?? []) as readonly Subscription[]));
    NextToken = page['NextToken'];
    if (!NextToken) return found;
  }
}

async function applySubscription(
  applying: Applying,
  TopicArn: string,
  declared: SubscriptionDeclaration,
  present: readonly Subscription[],
): Promise<Change> {
  const { call } = applying;
  const { Protocol, Endpoint } = await endpointOf(applying, declared);
  const attributes = await attributesOf(applying, declared);
  const found = present.find((each) => each.Protocol === Protocol && each.Endpoint === Endpoint);
  if (!found) {
    const Attributes = Object.fromEntries(attributes);
    await call('sns', 'Subscribe', { TopicArn, Protocol, Endpoint, Attributes, ReturnSubscriptionArn: true });
    return 'created';
  }
  // Nothing can be asked of one whose endpoint has not confirmed it yet.
  if (!found.SubscriptionArn.startsWith('arn:')) return 'unchanged';
  const { SubscriptionArn } = found;
  const { Attributes = {} } = await call('sns', 'GetSubscriptionAttributes', { SubscriptionArn });
  const now = Attributes as Readonly<Record<string, string>>;
  const differing = attributes.filter(([name, value]) => !sameText(now[name], value));
  for (const [AttributeName, AttributeValue] of differing) {
    await call('sns', 'SetSubscriptionAttributes', { SubscriptionArn, AttributeName, AttributeValue });
  }
  return differing.length > 0 ? 'updated' : 'unchanged';
}

async function endpointOf(applying: Applying, { function: target, queue, endpoint = '' }: SubscriptionDeclaration) {
  if (target !== undefined) return { Protocol: 'lambda', Endpoint: applying.arnOf('lambda', target) };
  if (queue !== undefined) return { Protocol: 'sqs', Endpoint: await existingArn(applying, 'sqs', queue) };
  return { Protocol: endpoint.startsWith('https:') ? 'https' : 'http', Endpoint: endpoint };
}

/** The scope first: a policy is checked under it. */
async function attributesOf(
  applying: Applying,
  declared: SubscriptionDeclaration,
): Promise<readonly (readonly [string, string])[]> {
  const { rawMessageDelivery, filterPolicy, filterPolicyScope, deliveryPolicy, deadLetterTarget } = declared;
  const redrive = deadLetterTarget && { deadLetterTargetArn: await existingArn(applying, 'sqs', deadLetterTarget) };
  const attributes = {
    RawMessageDelivery: rawMessageDelivery,
    FilterPolicyScope: filterPolicyScope,
    FilterPolicy: filterPolicy,
    DeliveryPolicy: deliveryPolicy,
    RedrivePolicy: redrive,
  };
  return Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined || value === ''
      ? []
      : [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const],
  );
}
