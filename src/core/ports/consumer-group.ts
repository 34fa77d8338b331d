import type { Due } from '../activity.ts';
import { HeadwaterError } from '../errors.ts';
import type { ReadFrom } from '../source.ts';
import type { Port } from './port.ts';

/**
 * Topics of Kafka clusters that are somebody's own, read as a member of a consumer group. Which cluster, the caller says
 * with each call: it has nothing to do with where Headwater keeps its own state. Whatever is asked of a cluster that cannot
 * be used rejects with a {@link ClusterFault}.
 */
export interface ConsumerGroups extends Port {
  topic(cluster: Cluster, topic: string): Promise<TopicFacts>;
  /** The offset at which reading from there would begin, of each partition. */
  offsets(cluster: Cluster, topic: string, from: TopicStart): Promise<PartitionOffsets>;
  /** What the group has committed, of the partitions of which it has committed anything. */
  committed(cluster: Cluster, topic: string, groupId: string): Promise<PartitionOffsets>;
  /** Becomes a member; that goes on, through outages too, until the member is disposed of. */
  join(membership: Membership): GroupMember;
  /** Resolves when all are stored, with every replica that is in sync. Called again it writes them again. */
  send(cluster: Cluster, topic: string, messages: readonly OutgoingMessage[]): Promise<void>;
}

/** A cluster, and how it is entered. */
export interface Cluster {
  /** `host:port`; the others are learnt from whichever answers. */
  readonly brokers: readonly string[];
  readonly tls?: ClusterTls | undefined;
  readonly sasl?: ClusterLogin | undefined;
}

/** PEM texts; without an own root certificate the well-known ones count. */
export interface ClusterTls {
  readonly rootCertificate?: string | undefined;
  readonly certificate?: string | undefined;
  readonly privateKey?: string | undefined;
  readonly privateKeyPassword?: string | undefined;
}

/** A user and how the password is proved. */
export interface ClusterLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** What is known of a topic. */
export interface TopicFacts {
  readonly partitions: number;
  /** How long the cluster keeps a record; infinite when it keeps them all. */
  readonly retentionMs: number;
}

/** Where reading a topic starts. */
export type TopicStart = Extract<ReadFrom, { at: 'trim-horizon' | 'latest' | 'timestamp' }>;

/** Offsets by partition. */
export type PartitionOffsets = ReadonlyMap<number, number>;

/** What a member is made of. */
export interface Membership {
  /** Asked for whenever it is connected to, as passwords change. */
  readonly cluster: () => Promise<Cluster>;
  readonly topic: string;
  readonly groupId: string;
  /** Where to begin a partition of which the group has committed nothing; at its oldest record when absent. */
  readonly beginnings: PartitionOffsets;
  /** Called when records that were taken, or could have been, are another member's now: their `held` says so. */
  readonly lost: () => void;
  /** Called when the cluster cannot be used, and with `undefined` when it is read: at first, and after each interruption. */
  readonly told: (fault: ClusterFault | undefined) => void;
}

/**
 * One member of a group. It stays one however long its records are worked on, and it commits only what it is told to. The
 * cluster gives each partition to one member at a time; when members come and go, what a member goes on holding it goes
 * on reading where it was.
 */
export interface GroupMember extends AsyncDisposable {
  /**
   * Waits, without any timer of its own, until there are records, or the signal is aborted: then it resolves to none and
   * nothing is lost. Records of one partition come in order, of several by turns.
   */
  take(limits: { readonly maxRecords: number }, signal: AbortSignal): Promise<readonly TopicRecord[]>;
  /**
   * What could be taken at this instant, as far as this process knows: while it finds out what there is, that counts as
   * one; while the cluster cannot be used there is nothing.
   */
  due(): Due;
  /**
   * Keeps that the group has settled everything before these offsets. Resolves when the cluster has stored it, however
   * long that takes, or when the partition is another member's or the member is gone: who reads it next begins at what was
   * stored.
   */
  commit(offsets: PartitionOffsets): Promise<void>;
}

/** A record as it is in the topic. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly timestampType: 'CREATE_TIME' | 'LOG_APPEND_TIME';
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array | undefined;
  /** In their order; a name may be there more than once. */
  readonly headers: readonly (readonly [name: string, value: Uint8Array])[];
  /** The hold on its partition that it was read under. */
  readonly hold: { readonly held: boolean };
}

/** A record to write. */
export interface OutgoingMessage {
  /** Messages of one key keep their order; those of none are spread. */
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array;
}

/** Why a cluster cannot be used. */
export type ClusterFaultKind =
  | 'unreachable'
  | 'no-topic'
  /** The user or the password is wrong, or the mechanism another. */
  | 'login-refused'
  /** The user may not do it. */
  | 'not-authorized'
  /** The broker does not trust our certificate. */
  | 'client-not-trusted'
  /** We do not trust the broker's certificate. */
  | 'broker-not-trusted'
  | 'certificate-not-valid'
  /** Something that the client does not know, such as a compression. */
  | 'not-supported';

/** A cluster that cannot be used, for now. */
export class ClusterFault extends HeadwaterError {
  readonly kind: ClusterFaultKind;

  constructor(
    kind: ClusterFaultKind,
    brokers: readonly string[],
    why: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super('CLUSTER_FAULT', `Kafka at ${brokers.join(',')} cannot be used: ${why}`, { ...options, fault: 'user' });
    this.name = 'ClusterFault';
    this.kind = kind;
  }
}
