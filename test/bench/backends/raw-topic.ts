import { Admin, Connection, fetchV12, Producer } from '@platformatic/kafka';
import type { LogSubject } from './logs.ts';

const PAGE_BYTES = 4 * 2 ** 20;
const HELD_BACK_MS = 10_000;

/** The least that can be done with a topic of one partition: the client's own producer, and fetching past its groups. */
export async function openRawTopic(
  broker: string,
  namespace: string,
  data: Buffer,
): Promise<LogSubject & AsyncDisposable> {
  const topic = `${namespace}-raw`;
  const options = { clientId: topic, bootstrapBrokers: [broker], strict: false };
  const admin = new Admin(options);
  await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 });
  await admin.close();
  const producer = new Producer({ ...options, acks: -1, maxInflights: 64 });
  const [host = '', port = ''] = broker.split(':');
  const [reads, waits] = [new Connection(topic), new Connection(topic, { requestTimeout: 2 * HELD_BACK_MS })];
  for (const connection of [reads, waits]) await connection.connect(host, Number(port));
  let next = 0;
  let end = 0;

  const fetch = async (connection: Connection, fetchOffset: number, maxWaitMs: number) => {
    const at = { partition: 0, currentLeaderEpoch: -1, lastFetchedEpoch: -1, partitionMaxBytes: PAGE_BYTES };
    const topics = [{ topicId: topic, partitions: [{ ...at, fetchOffset: BigInt(fetchOffset) }] }];
    const { responses } = await fetchV12.api.async(connection, maxWaitMs, 1, PAGE_BYTES, 0, 0, -1, topics, [], '');
    const batches = responses[0]?.partitions[0]?.records ?? [];
    return batches.flatMap(({ firstOffset, records }) =>
      records.filter(({ offsetDelta }) => Number(firstOffset) + offsetDelta >= fetchOffset),
    );
  };
  const append = async (count: number) => {
    const messages = Array.from({ length: count }, () => ({
      ...{ topic, partition: 0, value: data, key: Buffer.from(`key-${next++}`) },
    }));
    await producer.send({ messages, acks: -1 });
    end += count;
  };
  return {
    append,
    read: async (offset) => (await fetch(reads, offset, 0)).length,
    end: async () => end,
    async appendToWaiter() {
      const waiting = fetch(waits, end, HELD_BACK_MS);
      await append(1);
      if ((await waiting).length !== 1) throw new Error('nothing came');
    },
    async [Symbol.asyncDispose]() {
      await producer.close();
      await Promise.all([reads.close(), waits.close()]);
    },
  };
}
