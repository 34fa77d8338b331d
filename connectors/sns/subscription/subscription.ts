import { type Arn, asArn, type Scope } from '../../../src/core/arn.ts';
import type { Topic } from '../topic/topic.ts';

/** What a subscription may be delivered by; the last four are stored, and nothing is sent. */
export type Protocol = 'sqs' | 'lambda' | 'http' | 'https' | 'firehose' | 'email' | 'email-json' | 'sms';

/** A subscription as the registry holds it; account and region are the topic's. */
export interface Subscription extends Scope {
  readonly id: string;
  readonly arn: Arn;
  /** Name of its topic. */
  readonly topic: string;
  readonly topicArn: Arn;
  /** Of the topic that it was made for; one of the same name that came later is another. */
  readonly topicId: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** Account that subscribed, and as whom. */
  readonly owner: string;
  readonly principal: string;
  readonly createdAtMs: number;
  /** What clients set, by AWS's names. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly confirmed: boolean;
  /** Whether only its owner may end it. */
  readonly authenticated: boolean;
}

/** What names a subscription. */
export type SubscriptionName = Pick<Subscription, 'account' | 'region' | 'topic' | 'id'>;

/** Keys of all subscriptions begin with it. */
export const SUBSCRIPTIONS = 'sns/subscriptions/';

/** Keys of a topic's subscriptions begin with it. */
export const subscriptionsOfTopic = ({ account, region }: Scope, topic: string): string =>
  `${SUBSCRIPTIONS}${account}/${region}/${topic}/`;

/** The key of a subscription in the registry. */
export const subscriptionKey = (name: SubscriptionName): string =>
  `${subscriptionsOfTopic(name, name.topic)}${name.id}`;

/** Keys of what throttles subscriptions begin with it. */
export const THROTTLES = 'sns/throttles/';

/** Where the next turn of a subscription that is throttled stands in the registry. */
export const throttleKey = (name: SubscriptionName): string =>
  `${THROTTLES}${name.account}/${name.region}/${name.topic}/${name.id}`;

/** `arn:aws:sns:us-east-1:000000000000:orders:8b0c…` */
export const subscriptionArn = (topic: Topic, id: string): Arn => asArn(`${topic.arn}:${id}`);

/** Whether the receiver gets the bare message instead of an envelope. */
export const isRaw = ({ attributes }: Subscription): boolean => attributes['RawMessageDelivery'] === 'true';

/** Whether it is a web server that is sent to. */
export const isHttp = ({ protocol }: Pick<Subscription, 'protocol'>): boolean =>
  protocol === 'http' || protocol === 'https';

/** The endpoint as it may be written down: without the password that a web server's address may hold. */
export function shownEndpoint(endpoint: string): string {
  if (!/^https?:.*@/i.test(endpoint)) return endpoint;
  const url = new URL(endpoint);
  if (url.password !== '') url.password = '****';
  return url.href;
}
