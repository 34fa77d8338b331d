import type { Json } from '../../core/event.ts';

/** An SNS topic; a name that ends in `.fifo` makes it FIFO. */
export interface TopicDeclaration {
  readonly displayName?: string | undefined;
  readonly contentBasedDeduplication?: boolean | undefined;
  readonly fifoThroughputScope?: 'Topic' | 'MessageGroup' | undefined;
  /** Of the signatures of what it delivers. @default '1' */
  readonly signatureVersion?: '1' | '2' | undefined;
  readonly policy?: { readonly [key: string]: Json } | undefined;
  readonly deliveryPolicy?: { readonly [key: string]: Json } | undefined;
  readonly subscriptions?: readonly SubscriptionDeclaration[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Who gets what is published: one of `function`, `queue` and `endpoint`. */
export interface SubscriptionDeclaration {
  /** Name or ARN. The topic is given the permission to invoke it. */
  readonly function?: string | undefined;
  /** Name or ARN. */
  readonly queue?: string | undefined;
  /** `http://…` or `https://…`; it is asked to confirm. */
  readonly endpoint?: string | undefined;
  /** The message as it was published, without an envelope. */
  readonly rawMessageDelivery?: boolean | undefined;
  /** What messages must be like. */
  readonly filterPolicy?: { readonly [key: string]: Json } | undefined;
  /** @default 'MessageAttributes' */
  readonly filterPolicyScope?: 'MessageAttributes' | 'MessageBody' | undefined;
  /** How an `endpoint` is tried again. */
  readonly deliveryPolicy?: { readonly [key: string]: Json } | undefined;
  /** Queue (name or ARN) for what could not be delivered. */
  readonly deadLetterTarget?: string | undefined;
}
