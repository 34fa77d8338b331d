import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { SECOND } from '../../../core/clock.ts';
import type { TopicRecord } from '../../../core/ports/consumer-group.ts';
import { BRIEF_RETRY } from './client.ts';

/** Records as they come, not yet under anybody's hold. */
export type ReadRecords = readonly Omit<TopicRecord, 'hold'>[];

/** What a session tells. */
export interface SessionListener {
  /** It is a member, and these partitions are its own; nothing is read of them before they are resumed. */
  joined(partitions: readonly number[]): void;
  /** The members of the group change: what it holds is about to be decided anew. */
  rebalancing(): void;
  /** The next records of a partition; `next` comes after them, `end` after all there are. */
  read(partition: number, records: ReadRecords, next: number, end: number): void;
  stored(partition: number, offset: number): void;
}

/** What a session is of. */
export interface SessionPlace {
  readonly topic: string;
  readonly groupId: string;
  /** How long a member that is not heard of stays one; what it held is then free for the others. */
  readonly sessionMs: number;
}

const HEARTBEAT_MS = SECOND / 2;
/** Between two reads of an idle topic; also how long it takes until one is resumed that was paused altogether. */
const LONG_POLL_MS = SECOND / 4;
const MOST_READ_BYTES = 8 * 1024 * 1024;
const MOST_READ_OF_PARTITION_BYTES = 1024 * 1024;

/**
 * One membership of a group, from joining it to leaving it or to the first failure that is more than brief. The client
 * heartbeats between its reads; as what is read is only handed on, these never wait for a function, however long it runs.
 */
export class GroupSession {
  /** Rejects when it has failed; never resolves. */
  readonly failed: Promise<never>;
  readonly #topic: string;
  readonly #listener: SessionListener;
  readonly #consumer: Consumer;
  readonly #fail: (error: unknown) => void;
  #running: Promise<void> = Promise.resolve();

  constructor(client: Kafka, place: SessionPlace, listener: SessionListener) {
    this.#topic = place.topic;
    this.#listener = listener;
    let fail: (error: unknown) => void = () => {};
    this.failed = new Promise((_, reject) => {
      fail = reject;
    });
    this.#fail = fail;
    this.failed.catch(() => {});
    this.#consumer = client.consumer({
      groupId: place.groupId,
      sessionTimeout: place.sessionMs,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: LONG_POLL_MS,
      maxBytes: MOST_READ_BYTES,
      maxBytesPerPartition: MOST_READ_OF_PARTITION_BYTES,
      allowAutoTopicCreation: false,
      metadataMaxAge: 30 * SECOND,
      // Whoever has opened the session opens the next one.
      retry: { ...BRIEF_RETRY, retries: 5, restartOnFailure: async () => false },
    });
    this.#listen();
  }

  /** Resolves when it has asked to join; `joined` and {@link failed} tell the rest. */
  async open(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [this.#topic], fromBeginning: true });
    this.#running = this.#consumer.run({ autoCommit: false, eachBatch: (payload) => this.#read(payload) });
    await this.#running;
  }

  /** Ends it: what it cannot do without failed. */
  fail(error: unknown): void {
    this.#fail(error);
  }

  /** Reads a partition on from there. */
  seek(partition: number, offset: number): void {
    this.#consumer.seek({ topic: this.#topic, partition, offset: String(offset) });
  }

  pause(partitions: readonly number[]): void {
    if (partitions.length > 0) this.#consumer.pause([{ topic: this.#topic, partitions: [...partitions] }]);
  }

  resume(partitions: readonly number[]): void {
    if (partitions.length > 0) this.#consumer.resume([{ topic: this.#topic, partitions: [...partitions] }]);
  }

  /** What was stored the listener hears; a session that is over stores nothing and says nothing. */
  async commit(offsets: ReadonlyMap<number, number>): Promise<void> {
    const topic = this.#topic;
    await this.#consumer.commitOffsets(
      [...offsets].map(([partition, offset]) => ({ topic, partition, offset: String(offset) })),
    );
  }

  /** Leaves the group; its partitions go to the others at once. */
  async close(): Promise<void> {
    await this.#consumer.disconnect().catch(() => {});
    // What was on its way while it was disconnected may have connected again.
    await this.#running.catch(() => {});
    await this.#consumer.disconnect().catch(() => {});
  }

  #listen(): void {
    const consumer = this.#consumer;
    const topic = this.#topic;
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#fail(payload.error));
    // The client would try again for long, and say nothing of it.
    consumer.on(consumer.events.REQUEST_TIMEOUT, ({ payload }) =>
      this.#fail(new Error(`no answer to ${payload.apiName} within ${payload.pendingDuration} ms`)),
    );
    consumer.on(consumer.events.REBALANCING, () => this.#listener.rebalancing());
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      const partitions = payload.memberAssignment[topic] ?? [];
      this.pause(partitions);
      this.#listener.joined(partitions);
    });
    consumer.on(consumer.events.COMMIT_OFFSETS, ({ payload }) => {
      for (const { partitions } of payload.topics) {
        for (const { partition, offset } of partitions) this.#listener.stored(partition, Number(offset));
      }
    });
    // Of a transaction that was aborted, or of its end alone, there is nothing to read.
    consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize > 0) return;
      this.#listener.read(payload.partition, [], Number(payload.lastOffset) + 1, Number(payload.highWatermark));
    });
  }

  async #read({ batch }: EachBatchPayload): Promise<void> {
    const records = batch.messages.map((message) => recordOf(batch.topic, batch.partition, message));
    this.#listener.read(batch.partition, records, Number(batch.lastOffset()) + 1, Number(batch.highWatermark));
  }
}

/** What the client tells of the batch that a record was written in, though its types do not. */
interface InBatch {
  readonly batchContext?: { readonly timestampType?: number };
}

/** Offsets stay below 2^53 for as long as anybody lives. */
function recordOf(topic: string, partition: number, message: KafkaMessage & InBatch): ReadRecords[number] {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    timestampMs: Number(message.timestamp),
    timestampType: message.batchContext?.timestampType === 1 ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
    key: message.key ?? undefined,
    value: message.value ?? undefined,
    headers: Object.entries(message.headers ?? {}).flatMap(([name, values]) =>
      [values].flat().map((value) => [name, Buffer.from(value ?? '')] as const),
    ),
  };
}
