import type { Arn } from './arn.ts';
import type { BackendUnavailable } from './errors.ts';

/** One delivery to a resource: a notification, a destination record, a dead letter. */
export interface Delivery {
  readonly payload: Uint8Array;
  /** Message attributes where the target has them (SQS, SNS). */
  readonly attributes?: Readonly<Record<string, DeliveryAttribute>>;
  /** Order and deduplication where the target has them (SQS, SNS). */
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** What a topic passes on as the subject. */
  readonly subject?: string | undefined;
  /** What an event bus needs beside the payload, which is the event's `detail`. */
  readonly event?: EventEnvelope | undefined;
  readonly traceHeader?: string | undefined;
  /** Who sends, e.g. `s3.amazonaws.com` on behalf of a bucket; policies are checked against it where they are enforced. */
  readonly principal: string;
  readonly sourceArn: Arn;
  /** Object key for a bucket, partition key for a stream. */
  readonly key?: string;
  /** Ids of the events that this delivery carries, for the journal. */
  readonly eventIds: readonly string[];
}

/** A message attribute: `String`, `Number`, `Binary` (its value in base64), with a label behind a dot, e.g. `String.Array`. */
export interface DeliveryAttribute {
  readonly type: string;
  readonly value: string;
}

/** The members of an event on a bus that its sender decides. */
export interface EventEnvelope {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  /** When it happened; now when absent. */
  readonly atMs?: number | undefined;
  /** Kept when a bus passes an event on to another; new when absent. */
  readonly id?: string | undefined;
  /** Of the sender, kept when a bus passes an event on; those of the bus when absent. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * `id` is what the journal calls that which the delivery became: a message, a record, an object's event, an invocation.
 * `permanent` means that trying again cannot help; `retryAfterMs` is how long the receiver wants to be left alone; `outage`
 * is there where nobody was asked, as the backend is away.
 */
export type DeliveryOutcome =
  | { readonly kind: 'accepted'; readonly id?: string }
  | {
      readonly kind: 'refused';
      readonly permanent: boolean;
      readonly code: string;
      readonly message: string;
      readonly retryAfterMs?: number | undefined;
      readonly outage?: BackendUnavailable;
    };

/**
 * The one way to deliver to a resource, one per service, held by ARN service in the composition root. Whoever sends,
 * the resource's own size, delay and deduplication rules hold.
 */
export interface Target {
  /** The service segment of the ARNs it takes, e.g. `sqs`. */
  readonly service: string;
  /** Resolves once the delivery is stored (`accepted`) or refused. Called again with the same payload it delivers twice. */
  deliver(arn: Arn, delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome>;
  /** What is known of the resource; `undefined` when there is none of that name. */
  describe(arn: Arn): Promise<ResourceDescription | undefined>;
}

/** What another service may need to know of a resource before it is tied to it. */
export interface ResourceDescription {
  readonly arn: Arn;
  readonly fifo?: boolean;
  /** The queue's visibility timeout. */
  readonly visibilityTimeoutMs?: number;
  /** The function's timeout. */
  readonly timeoutMs?: number;
  /** How long a stream keeps a record. */
  readonly retentionMs?: number;
  /** Whether the resource's policy lets `principal` act for `sourceArn`. Absent where policies are not enforced. */
  allows?(request: PolicyQuestion): Promise<boolean>;
}

/** Who wants to act on a resource, and for whom. */
export interface PolicyQuestion {
  readonly principal: string;
  readonly sourceArn: Arn;
  readonly sourceAccount: string;
}

/** All targets by ARN service. */
export interface Targets {
  /** The target that takes this ARN; `undefined` when its service does not exist here. */
  find(arn: Arn): Target | undefined;
}
