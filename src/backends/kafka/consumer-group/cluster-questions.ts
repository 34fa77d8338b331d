import type { Admin, Kafka } from 'kafkajs';
import type { PartitionOffsets, TopicFacts, TopicStart } from '../../../core/ports/consumer-group.ts';
import type { PartitionState } from './held-partition.ts';
import { retentionMsOf } from './topic-retention.ts';

/** What is asked of a cluster about a topic and its groups. */
export class ClusterQuestions implements AsyncDisposable {
  readonly #admin: Admin;
  #connected: Promise<void> | undefined;

  constructor(client: Kafka) {
    this.#admin = client.admin();
  }

  async topic(topic: string): Promise<TopicFacts> {
    const admin = await this.#asked();
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return { partitions: topics[0]?.partitions.length ?? 0, retentionMs: await retentionMsOf(admin, topic) };
  }

  async offsets(topic: string, from: TopicStart): Promise<PartitionOffsets> {
    const admin = await this.#asked();
    if (from.at === 'timestamp') {
      return offsetsOf(await admin.fetchTopicOffsetsByTimestamp(topic, from.timestampMs));
    }
    const all = await admin.fetchTopicOffsets(topic);
    return offsetsOf(all.map(({ partition, low, high }) => ({ partition, offset: from.at === 'latest' ? high : low })));
  }

  async committed(topic: string, groupId: string): Promise<PartitionOffsets> {
    const [found] = await (await this.#asked()).fetchOffsets({ groupId, topics: [topic] });
    return offsetsOf(found?.partitions ?? []);
  }

  /** What counts of each partition, with the offset of its oldest record. */
  async states(
    topic: string,
    groupId: string,
  ): Promise<ReadonlyMap<number, PartitionState & { readonly low: number }>> {
    const admin = await this.#asked();
    const [committed, all] = await Promise.all([this.committed(topic, groupId), admin.fetchTopicOffsets(topic)]);
    return new Map(
      all.map(({ partition, low, high }) => [
        partition,
        { committed: committed.get(partition), end: Number(high), low: Number(low) },
      ]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connected?.catch(() => {});
    await this.#admin.disconnect().catch(() => {});
  }

  async #asked(): Promise<Admin> {
    this.#connected ??= this.#admin.connect();
    try {
      await this.#connected;
    } catch (error) {
      this.#connected = undefined;
      throw error;
    }
    return this.#admin;
  }
}

/** What was never committed is answered as a negative offset. */
function offsetsOf(all: readonly { readonly partition: number; readonly offset: string }[]): PartitionOffsets {
  const known = all.map(({ partition, offset }) => [partition, Number(offset)] as const);
  return new Map(known.filter(([, offset]) => offset >= 0));
}
