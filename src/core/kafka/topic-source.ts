import type { Due } from '../activity.ts';
import type { Arn } from '../arn.ts';
import type { ClusterFault, PartitionOffsets, TopicFacts, TopicStart } from '../ports/consumer-group.ts';
import type { Target } from '../target.ts';
import type { HeldRecord } from './kafka-record.ts';

/** Topics of Kafka clusters as mappings take from them. */
export interface TopicSource {
  /** Why Headwater cannot enter a cluster so, in a sentence; `undefined` when it can try. */
  objection(access: readonly SourceAccess[]): Promise<string | undefined>;
  /** Asks the cluster. What it cannot say rejects with an error that {@link problemOf} words. */
  facts(address: TopicAddress): Promise<TopicFacts>;
  /** Where a group begins that has committed nothing; of one that has committed anything nothing is said. */
  beginnings(address: TopicAddress, from: TopicStart): Promise<PartitionOffsets>;
  /** Becomes a member of the group; see `GroupMember`. */
  join(address: TopicAddress, listener: TopicListener): TopicReader;
  /** A cluster's topics as targets of deliveries, named `kafka://<topic>`; the delivery's key is in base64. */
  target(address: TopicAddress): Target;
  /** What `LastProcessingResult` says of an error, in AWS's words. */
  problemOf(error: unknown): string;
}

/** Where a mapping's topic is. */
export interface TopicAddress {
  /** What events and the journal call it. */
  readonly sourceArn: Arn;
  /** `host:port`. */
  readonly brokers: readonly string[];
  readonly access: readonly SourceAccess[];
  readonly topic: string;
  readonly groupId: string;
}

/** How a source is entered: AWS's word for it, and mostly the ARN of a secret. */
export interface SourceAccess {
  readonly type: string;
  readonly uri: string;
}

/** Who reads a topic. */
export interface TopicListener {
  readonly beginnings: PartitionOffsets;
  /** Some of the records that were read are another member's now. */
  readonly lost: () => void;
  /** The cluster cannot be used, or is read: at first, and after each interruption. */
  readonly told: (fault: ClusterFault | undefined) => void;
}

/** Reads a topic as one member of its group; disposing leaves the group. */
export interface TopicReader extends AsyncDisposable {
  read(limits: { readonly maxRecords: number }, signal: AbortSignal): Promise<readonly HeldRecord[]>;
  due(): Due;
  commit(offsets: PartitionOffsets): Promise<void>;
}
