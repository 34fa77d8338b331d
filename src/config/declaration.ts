import type { Json } from '../core/event.ts';
import type { WritableOptions } from './options.ts';

/**
 * What `headwater.config.json` or `headwater.config.ts` declares. Members have AWS's own names, beginning with a
 * lower-case letter; where AWS wants an ARN, the name of a resource is enough.
 */
export interface HeadwaterConfig {
  /** For editors. */
  readonly $schema?: string | undefined;
  /** Options of `headwater up`; flags and the environment override them. */
  readonly settings?: WritableOptions | undefined;
  /** Where the resources live. @default '000000000000' */
  readonly account?: string | undefined;
  /** @default 'us-east-1' */
  readonly region?: string | undefined;
  readonly queues?: Readonly<Record<string, QueueDeclaration>> | undefined;
  readonly buckets?: Readonly<Record<string, BucketDeclaration>> | undefined;
  readonly functions?: Readonly<Record<string, FunctionDeclaration>> | undefined;
  readonly mappings?: readonly MappingDeclaration[] | undefined;
}

/** A queue; a name that ends in `.fifo` makes it FIFO. */
export interface QueueDeclaration {
  /** Seconds. */
  readonly visibilityTimeout?: number | undefined;
  readonly delaySeconds?: number | undefined;
  /** Seconds. */
  readonly messageRetentionPeriod?: number | undefined;
  /** Bytes. */
  readonly maximumMessageSize?: number | undefined;
  readonly receiveMessageWaitTimeSeconds?: number | undefined;
  readonly contentBasedDeduplication?: boolean | undefined;
  readonly deduplicationScope?: 'queue' | 'messageGroup' | undefined;
  readonly fifoThroughputLimit?: 'perQueue' | 'perMessageGroupId' | undefined;
  /** Where messages go after `maxReceiveCount` receives. */
  readonly redrivePolicy?: { readonly deadLetterTarget: string; readonly maxReceiveCount: number } | undefined;
  readonly policy?: { readonly [key: string]: Json } | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface BucketDeclaration {
  readonly versioning?: boolean | undefined;
  readonly notifications?: readonly NotificationDeclaration[] | undefined;
}

/** Which changes of a bucket go to which function or queue. */
export interface NotificationDeclaration {
  readonly id?: string | undefined;
  /** E.g. `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix?: string | undefined;
  readonly suffix?: string | undefined;
  /** Name or ARN. The bucket is given the permission to invoke it. */
  readonly function?: string | undefined;
  /** Name or ARN. */
  readonly queue?: string | undefined;
}

export interface FunctionDeclaration {
  /** A folder, run as it is and watched, or a `.zip`; relative to the config file. */
  readonly code: string;
  readonly runtime: string;
  readonly handler: string;
  /** Name or ARN of a role. @default 'headwater' */
  readonly role?: string | undefined;
  readonly description?: string | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
  /** Megabytes. */
  readonly memorySize?: number | undefined;
  /** Megabytes of `/tmp`. */
  readonly ephemeralStorage?: number | undefined;
  readonly reservedConcurrentExecutions?: number | undefined;
  /** Queue (name or ARN) for asynchronous events that failed for good. */
  readonly deadLetterTarget?: string | undefined;
  readonly eventInvokeConfig?: EventInvokeDeclaration | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface EventInvokeDeclaration {
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumEventAgeInSeconds?: number | undefined;
  /** ARN, or the name of a queue or function declared here. */
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
}

/** Ties a queue to a function. */
export interface MappingDeclaration {
  /** Name or ARN of the queue. */
  readonly eventSource: string;
  readonly function: string;
  readonly batchSize?: number | undefined;
  readonly maximumBatchingWindowInSeconds?: number | undefined;
  readonly reportBatchItemFailures?: boolean | undefined;
  /** Patterns of which a message must match one. */
  readonly filters?: readonly { readonly [key: string]: Json }[] | undefined;
  readonly maximumConcurrency?: number | undefined;
  readonly enabled?: boolean | undefined;
}
