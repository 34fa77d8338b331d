import { type Arn, asArn, type Scope } from '../../../src/core/arn.ts';

/** A topic as the registry holds it. */
export interface Topic extends Scope {
  readonly name: string;
  readonly arn: Arn;
  /** Tells it from an earlier topic of the same name. */
  readonly id: string;
  readonly createdAtMs: number;
  /** What clients set, by AWS's names. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Grows with each change of its subscriptions: while the topic is the same, so are they. */
  readonly subscriptionsRevision: number;
  readonly subscriptionsDeleted: number;
}

/** Keys of all topics begin with it. */
export const TOPICS = 'sns/topics/';

/** The key of a topic in the registry. */
export const topicKey = ({ account, region }: Scope, name: string): string => `${TOPICS}${account}/${region}/${name}`;

/** `arn:aws:sns:us-east-1:000000000000:orders` */
export const topicArn = ({ account, region }: Scope, name: string): Arn =>
  asArn(`arn:aws:sns:${region}:${account}:${name}`);

/** Whether it keeps the order of its messages. */
export const isFifo = ({ attributes }: Pick<Topic, 'attributes'>): boolean => attributes['FifoTopic'] === 'true';
