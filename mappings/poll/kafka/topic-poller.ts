import type { HeldRecord } from '../../../src/core/kafka/kafka-record.ts';
import type { TopicAddress, TopicReader, TopicSource } from '../../../src/core/kafka/topic-source.ts';
import { limits } from '../../../src/core/limits.ts';
import type { ClusterFault, PartitionOffsets } from '../../../src/core/ports/consumer-group.ts';
import { batchingWindowEndMs } from '../batching-window.ts';
import { countEvents } from '../mapping/event-counts.ts';
import type { LaneParts } from '../stream/lane/attempt.ts';
import type { BatchFormat } from '../stream/lane/batch-format.ts';
import { Lane } from '../stream/lane/lane.ts';
import type { LaneShard } from '../stream/lane/lane-shard.ts';
import { isHeld, type LaneRecord } from '../stream/lane/stream-batch.ts';
import { KafkaFilters } from './kafka-filters.ts';
import { kafkaFormat, recordText } from './kafka-format.ts';
import type { KafkaMapping } from './kafka-settings.ts';
import { PartitionProgress } from './partition-progress.ts';

/** What a poller of a topic needs. */
export interface PollerParts extends LaneParts {
  readonly source: TopicSource;
}

/** What one poller works on. */
export interface PolledTopic {
  /** With the retries that are in force. */
  readonly mapping: KafkaMapping;
  readonly address: TopicAddress;
  readonly beginnings: PartitionOffsets;
  /** How long the topic keeps a record. */
  readonly retentionMs: number;
  readonly processed: (result: string) => void;
  readonly told: (fault: ClusterFault | undefined) => void;
}

/** How much waits in the lane before no more is read; a full batch more, where that is more. */
const READ_AHEAD = { records: 1000, bytes: 2 * limits.syncPayloadBytes };

/**
 * One event poller: a member of the mapping's consumer group, which delivers the records of all partitions that the group
 * gives it in one lane. A batch may hold records of several of them, and while one is retried the others wait.
 * docs.aws.amazon.com/lambda/latest/dg/with-kafka-configure.html
 */
export class TopicPoller implements LaneShard {
  readonly mapping: KafkaMapping;
  readonly format: BatchFormat;
  readonly shardId: string;
  /** A topic has no end. */
  readonly isRead = false;
  readonly finished: Promise<void>;
  readonly #parts: PollerParts;
  readonly #topic: PolledTopic;
  readonly #filters: KafkaFilters;
  readonly #lane: Lane;
  readonly #reader: TopicReader;
  readonly #progress = new PartitionProgress();
  readonly #stopping = new AbortController();
  #hasFault = false;
  #roomMade = () => {};

  constructor(parts: PollerParts, topic: PolledTopic) {
    const { mapping, address, beginnings } = topic;
    this.#parts = parts;
    this.#topic = topic;
    this.mapping = mapping;
    this.format = kafkaFormat(mapping.sourceArn);
    this.shardId = address.topic;
    this.#filters = new KafkaFilters(mapping.settings.filters);
    this.#lane = new Lane(parts, this, undefined);
    this.#reader = parts.source.join(address, {
      beginnings,
      lost: () => this.#lost(),
      told: (fault) => this.#told(fault),
    });
    this.finished = this.#run();
  }

  get stopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  isCaughtUp(): boolean {
    return this.#reader.due().dueNow === 0;
  }

  /**
   * A record's timestamp is whatever its producer said, and may be long past: a record that was there to be read is delivered.
   * What is retried longer than the topic keeps records is not there any more.
   */
  expiresAtMs({ record, readAtMs = 0 }: LaneRecord): number {
    const { maximumRecordAgeSeconds } = this.mapping.settings;
    const goneAtMs = Math.max(readAtMs, record.event.occurredAtMs) + this.#topic.retentionMs;
    if (maximumRecordAgeSeconds < 0) return goneAtMs;
    return Math.min(goneAtMs, record.event.occurredAtMs + maximumRecordAgeSeconds * 1000);
  }

  batchingEndMs(previousEndMs: number | undefined): number {
    const windowMs = this.mapping.settings.windowSeconds * 1000;
    return batchingWindowEndMs(this.#parts.clock.nowMs(), previousEndMs, windowMs);
  }

  async settle(records: readonly LaneRecord[]): Promise<void> {
    this.#progress.settle(records.filter(isHeld));
    this.#roomMade();
    await this.#reader.commit(this.#progress.takeMoved());
    countEvents(this.#parts, this.mapping, { CommittedEventCount: records.length });
  }

  replayOf(): undefined {
    return undefined;
  }

  processed(result: string): void {
    this.#topic.processed(result);
  }

  /** Takes nothing more and begins no further invocation; `finished` resolves when what is in flight is settled. */
  stop(): void {
    this.#stopping.abort();
    this.#roomMade();
    this.#lane.wake();
    this.#leaveInFault();
  }

  async #run(): Promise<void> {
    const { activity } = this.#parts;
    using _probe = activity.probe(() => (this.stopping || !this.#hasRoom() ? { dueNow: 0 } : this.#reader.due()));
    const lane = this.#lane.run();
    await this.#feed();
    await lane;
    await activity.during('leaving a consumer group', async () => await this.#reader[Symbol.asyncDispose]());
  }

  async #feed(): Promise<void> {
    while (!this.stopping) {
      const maxRecords = this.#room();
      if (maxRecords === 0) await this.#untilRoom();
      else this.#admit(await this.#reader.read({ maxRecords }, this.#stopping.signal));
    }
  }

  #admit(records: readonly HeldRecord[]): void {
    using _token = this.#parts.activity.begin('reading a topic');
    const keptOut = records.filter((record) => !this.#offer(record)).map(({ event }) => event.id);
    countEvents(this.#parts, this.mapping, {
      ...{ PolledEventCount: records.length, FilteredOutEventCount: keptOut.length },
    });
    this.#lane.wake();
    if (keptOut.length === 0) return;
    this.#note('decision', `${keptOut.length} of ${this.shardId} filtered out`, keptOut);
    const moved = this.#progress.takeMoved();
    this.#parts.activity.start('passing filtered records', () => this.#reader.commit(moved));
  }

  /** Hands a record to the lane; false when the filters keep it out. */
  #offer(record: HeldRecord): boolean {
    const passes = this.#filters.passes(record.event.detail);
    const place = this.#progress.read(record, !passes);
    const { hold } = record;
    const readAtMs = this.#parts.clock.nowMs();
    const offered = passes ? { record, ...recordText(record.event), place, hold, readAtMs } : undefined;
    this.#lane.offer(record.event.position.sequenceNumber, offered);
    return passes;
  }

  /** How many records can be taken now. */
  #room(): number {
    const { records, bytes } = this.#lane.load;
    if (bytes >= READ_AHEAD.bytes) return 0;
    return Math.max(0, Math.max(READ_AHEAD.records, 2 * this.mapping.settings.batchSize) - records);
  }

  #hasRoom(): boolean {
    return this.#room() > 0;
  }

  #untilRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomMade = () => {
        this.#roomMade = () => {};
        resolve();
      };
    });
  }

  /** What another member has now it may deliver, too: the records go on there at what was committed. */
  #lost(): void {
    this.#note('decision', `Some partitions of ${this.shardId} are another consumer's now`);
    this.#lane.drop();
    this.#roomMade();
  }

  #told(fault: ClusterFault | undefined): void {
    // What is due has changed: who waits for rest is to look again.
    using _token = this.#parts.activity.begin('reading a topic');
    this.#hasFault = fault !== undefined;
    this.#topic.told(fault);
    this.#leaveInFault();
  }

  /** Once it is to stop, it does not wait for a cluster to come back: what is not committed is delivered again. */
  #leaveInFault(): void {
    if (this.stopping && this.#hasFault) void this.#reader[Symbol.asyncDispose]();
  }

  #note(kind: 'decision', what: string, eventIds?: readonly string[]): void {
    this.#parts.journal.append({ kind, what, eventIds, mapping: this.mapping.uuid, arn: this.mapping.sourceArn });
  }
}
