import type { Due } from './activity.ts';
import type { Arn } from './arn.ts';
import type { NormalizedEvent, Position } from './event.ts';
import type { ResourceDescription } from './target.ts';

/** An event source that mappings take from. One per service, handed to `mappings/poll` by ARN service. */
export interface PollSource {
  readonly service: string;
  describe(arn: Arn): Promise<ResourceDescription | undefined>;
  /** Opens a poller; several may take from one source at a time and never get the same event while it is unsettled. */
  poller(arn: Arn): Poller;
}

/** Takes from one source on behalf of one mapping. */
export interface Poller extends Disposable {
  /**
   * Waits, without any timer of its own, until something can be taken or the signal is aborted; aborted it resolves
   * to nothing and nothing is lost. What it returns is hidden from all others until it is settled or taken back.
   */
  take(
    limits: { readonly maxRecords: number; readonly visibilityTimeoutMs?: number },
    signal: AbortSignal,
  ): Promise<readonly Taken[]>;
  /** What could be taken at this instant by this poller, and when there will be more. */
  due(): Due;
}

/**
 * One event taken from its source. It is settled once: by `done`, `fail` or `release`. A batch gathers many of them over
 * several polls, and the connector groups the calls that settle them.
 */
export interface Taken {
  readonly event: NormalizedEvent;
  /** Size of the record in the payload, roughly: what the 6 MB rule counts. */
  readonly bytes: number;
  /** When the source takes it back by itself, on the clock. */
  readonly expiresAtMs?: number;
  /** Processed, or filtered out: the source may forget it. */
  done(): Promise<void>;
  /** Failed: what happens next is the source's rule (a queue waits for its visibility timeout). */
  fail(): Promise<void>;
  /** Never delivered: give it back at once, as if it had not been taken. */
  release(): Promise<void>;
}

/**
 * An ordered source: shards that are read side by side, each in order. Reading hides nothing and needs no settling; where
 * a mapping stands is its own affair. One per service, handed to `mappings/poll` by ARN service.
 */
export interface StreamSource {
  readonly service: string;
  /** The stream, or the consumer of one that an ARN names; with its `retentionMs`. */
  describe(arn: Arn): Promise<ResourceDescription | undefined>;
  /** All shards that still hold records or can get some, and what came of them; parents before children. */
  shards(arn: Arn): Promise<readonly SourceShard[]>;
  /** Calls `changed` after shards came or were closed. Disposing ends it. */
  onReshard(arn: Arn, changed: () => void): Disposable;
  /** Opens a reader; `undefined` when there is no such shard. */
  reader(arn: Arn, shardId: string, from: ReadFrom): Promise<ShardReader | undefined>;
  /** What can be read of a shard at this instant; `undefined` when there is no such shard. */
  extent(arn: Arn, shardId: string): Promise<ShardExtent | undefined>;
}

/** A shard with its place in the lineage. */
export interface SourceShard {
  readonly shardId: string;
  /** The shards that it was split or merged from; they may be gone already. */
  readonly parentIds: readonly string[];
}

/** Where reading starts. `position` is what a reader said of itself. */
export type ReadFrom =
  | { readonly at: 'trim-horizon' | 'latest' }
  | { readonly at: 'timestamp'; readonly timestampMs: number }
  | { readonly at: 'sequence-number' | 'after-sequence-number'; readonly sequenceNumber: string }
  | { readonly at: 'position'; readonly position: string };

/** Reads one shard in order. */
export interface ShardReader extends Disposable {
  /**
   * Where the next read begins, as text to keep: a reader opened at it goes on without gap or repetition, whatever was
   * trimmed meanwhile. It moves with each read.
   */
  readonly position: string;
  /**
   * Waits, without any timer of its own, until there are records, or the closed shard is at its end, or the signal is
   * aborted; aborted it resolves to no records and has not moved.
   */
  read(limits: { readonly maxRecords: number; readonly maxBytes: number }, signal: AbortSignal): Promise<ShardPage>;
  /** What could be read at this instant. The end of a closed shard counts as one until it was told. */
  due(): Due;
}

/** What one read returned. */
export interface ShardPage {
  readonly records: readonly StreamRecord[];
  /** Nothing will ever come after these records. */
  readonly ended: boolean;
  /** How many records were trimmed before they could be read, since the position that the read began at. */
  readonly lost: number;
}

/** One record with what a mapping must know of it beside the event. */
export interface StreamRecord {
  readonly event: NormalizedEvent & { readonly position: Position };
  /** Records of one key stay in order: the partition key, or the item's key. */
  readonly key: string;
  /** Goes on right behind this record. */
  readonly positionAfter: string;
}

/** The records of a shard that are left, and what comes next. */
export interface ShardExtent {
  /** Of the oldest and the newest record that is left; absent when there is none. */
  readonly first?: { readonly sequenceNumber: string; readonly arrivedAtMs: number } | undefined;
  readonly last?: { readonly sequenceNumber: string; readonly arrivedAtMs: number } | undefined;
  readonly count: number;
  readonly closed: boolean;
  /** Whether there were records before the first that are gone. */
  readonly trimmed?: boolean | undefined;
}

/** The streams of tables, for whoever carries their changes elsewhere. */
export interface TableStreams {
  /** Those whose changes can still be read. */
  list(): Promise<readonly Arn[]>;
  /** Calls `changed` after one came or went, or may have, by whichever process. Disposing ends it. */
  onChange(changed: () => void): Disposable;
}
