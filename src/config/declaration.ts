import type { Json } from '../core/event.ts';
import type { StreamViewType } from '../core/records/dynamodb-change.ts';
import type { EventBusDeclaration } from './declarations/event-bus.ts';
import type { LogGroupDeclaration } from './declarations/log-group.ts';
import type { RuleDeclaration } from './declarations/rule.ts';
import type { ScheduleDeclaration, ScheduleGroupDeclaration } from './declarations/schedule.ts';
import type { TopicDeclaration } from './declarations/topic.ts';
import type { WritableOptions } from './writable-options.ts';

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
  readonly streams?: Readonly<Record<string, StreamDeclaration>> | undefined;
  readonly tables?: Readonly<Record<string, TableDeclaration>> | undefined;
  readonly topics?: Readonly<Record<string, TopicDeclaration>> | undefined;
  readonly eventBuses?: Readonly<Record<string, EventBusDeclaration>> | undefined;
  readonly logGroups?: Readonly<Record<string, LogGroupDeclaration>> | undefined;
  readonly functions?: Readonly<Record<string, FunctionDeclaration>> | undefined;
  readonly rules?: Readonly<Record<string, RuleDeclaration>> | undefined;
  readonly scheduleGroups?: Readonly<Record<string, ScheduleGroupDeclaration>> | undefined;
  readonly schedules?: Readonly<Record<string, ScheduleDeclaration>> | undefined;
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
  /** All changes go to the default event bus, too. */
  readonly eventBridge?: boolean | undefined;
}

/** Which changes of a bucket go to which function, queue or topic. */
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
  /** Name or ARN. */
  readonly topic?: string | undefined;
}

/** A Kinesis stream. */
export interface StreamDeclaration {
  /** Of a provisioned stream. @default 1 */
  readonly shardCount?: number | undefined;
  /** @default 'PROVISIONED' */
  readonly streamMode?: 'PROVISIONED' | 'ON_DEMAND' | undefined;
  /** @default 24 */
  readonly retentionPeriodHours?: number | undefined;
  /** Names of its registered consumers. */
  readonly consumers?: readonly string[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** A DynamoDB table; members as in the CDK's `Table`. */
export interface TableDeclaration {
  readonly partitionKey: KeyDeclaration;
  readonly sortKey?: KeyDeclaration | undefined;
  /** @default 'PAY_PER_REQUEST' */
  readonly billingMode?: 'PAY_PER_REQUEST' | 'PROVISIONED' | undefined;
  /** With `PROVISIONED`, also of its indexes. @default 5 */
  readonly readCapacity?: number | undefined;
  /** With `PROVISIONED`, also of its indexes. @default 5 */
  readonly writeCapacity?: number | undefined;
  readonly globalSecondaryIndexes?: Readonly<Record<string, GlobalIndexDeclaration>> | undefined;
  readonly localSecondaryIndexes?: Readonly<Record<string, LocalIndexDeclaration>> | undefined;
  /** What its stream holds of a change; without it there is no stream. */
  readonly stream?: StreamViewType | undefined;
  /** The attribute that says when an item expires. */
  readonly timeToLiveAttribute?: string | undefined;
  readonly deletionProtection?: boolean | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface KeyDeclaration {
  readonly name: string;
  /** @default 'S' */
  readonly type?: 'S' | 'N' | 'B' | undefined;
}

export interface LocalIndexDeclaration {
  readonly sortKey: KeyDeclaration;
  /** @default 'ALL' */
  readonly projectionType?: 'ALL' | 'KEYS_ONLY' | 'INCLUDE' | undefined;
  /** With `INCLUDE`. */
  readonly nonKeyAttributes?: readonly string[] | undefined;
}

export interface GlobalIndexDeclaration extends Omit<LocalIndexDeclaration, 'sortKey'> {
  readonly partitionKey: KeyDeclaration;
  readonly sortKey?: KeyDeclaration | undefined;
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
  /** Queue or topic (name or ARN) for asynchronous events that failed for good. */
  readonly deadLetterTarget?: string | undefined;
  readonly eventInvokeConfig?: EventInvokeDeclaration | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface EventInvokeDeclaration {
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumEventAgeInSeconds?: number | undefined;
  /** ARN, or the name of a function, topic or event bus declared here, or of a queue. */
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
}

/** Ties a queue, a stream, a table or a topic to a function. */
export interface MappingDeclaration {
  /** Name of a queue, stream or table, or the ARN of a queue, a stream or its consumer. */
  readonly eventSource?: string | undefined;
  /** In place of `eventSource`: a topic of a Kafka cluster. */
  readonly kafka?: KafkaDeclaration | undefined;
  readonly function: string;
  readonly batchSize?: number | undefined;
  readonly maximumBatchingWindowInSeconds?: number | undefined;
  readonly reportBatchItemFailures?: boolean | undefined;
  /** Patterns of which a record must match one. */
  readonly filters?: readonly { readonly [key: string]: Json }[] | undefined;
  readonly maximumConcurrency?: number | undefined;
  /** Queues and topics: provisioned mode. */
  readonly provisionedPollers?: PollersDeclaration | undefined;
  /** Streams, tables and topics: where the first read begins. @default 'TRIM_HORIZON' */
  readonly startingPosition?: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP' | undefined;
  /** With `AT_TIMESTAMP`, e.g. `2026-01-01T00:00:00Z`. */
  readonly startingPositionTimestamp?: string | undefined;
  readonly parallelizationFactor?: number | undefined;
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumRecordAgeInSeconds?: number | undefined;
  readonly bisectBatchOnFunctionError?: boolean | undefined;
  readonly tumblingWindowInSeconds?: number | undefined;
  /**
   * Queue or topic (name or ARN), ARN of a bucket, or `kafka://<topic>` of a topic's cluster, that is told of batches given
   * up.
   */
  readonly onFailure?: string | undefined;
  readonly enabled?: boolean | undefined;
}

/** A topic of a Kafka cluster that is the user's own. */
export interface KafkaDeclaration {
  /** `host:port`. */
  readonly brokers: readonly string[];
  readonly topic: string;
  /** By default a group of the mapping's own. */
  readonly consumerGroupId?: string | undefined;
  /** How the cluster is entered; by default as it is. */
  readonly sourceAccess?: readonly SourceAccessDeclaration[] | undefined;
}

/** AWS's type of access, e.g. `SASL_SCRAM_512_AUTH`, and the name or ARN of the secret for it in the file of `--secrets`. */
export interface SourceAccessDeclaration {
  readonly type: string;
  readonly secret: string;
}

export interface PollersDeclaration {
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}
