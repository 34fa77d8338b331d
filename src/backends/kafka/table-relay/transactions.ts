import { SECOND } from '../../../core/clock.ts';
import { HeadwaterError } from '../../../core/errors.ts';
import type { Broker } from '../connections.ts';
import type { KafkaLink } from '../link.ts';

/** A message of a transaction. */
export interface TopicMessage {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestampMs: number;
}

/** Writes to one partition, alone: whoever began after it has ended it. */
export interface FencedWriter {
  /** Writes all of the messages, or none for readers of what is committed. After a rejection the writer is of no use. */
  write(messages: readonly TopicMessage[]): Promise<void>;
}

const TRANSACTION = 1;
/** A transaction that was begun and not ended is undone then. */
const TIMEOUT_MS = 10 * SECOND;
const ALL_REPLICAS = -1;
const SEQUENCES = 2 ** 31;

/**
 * Ends all writers that others have under this name, and what they left unfinished, and begins another.
 * https://kafka.apache.org/documentation/#producerconfigs_transactional.id
 */
export async function takeOver(link: KafkaLink, topic: string): Promise<FencedWriter> {
  const { client } = link;
  const partition = 0;
  const ask = async <T>(request: Parameters<typeof link.askAt<T>>[1]): Promise<T> =>
    await link.askAt(() => coordinatorOf(link, topic), request);
  const { producerId, producerEpoch } = await ask((connection) =>
    client.initProducerIdV4.api.async(connection, topic, TIMEOUT_MS, -1n, -1),
  );
  let next = 0;
  const numbered = { transactionalId: topic, producerId, producerEpoch };
  return {
    async write(messages) {
      const topics = [{ name: topic, partitions: [partition] }];
      await ask((connection) =>
        client.addPartitionsToTxnV3.api.async(connection, [{ ...numbered, topics, verifyOnly: false }]),
      );
      const records = messages.map(({ key, value, headers, timestampMs }) => ({
        ...{ topic, partition, key: Buffer.from(key), value: Buffer.from(value), timestamp: BigInt(timestampMs) },
        headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
      }));
      const sequences = new client.NumericMap([[`${topic}:${partition}`, next]]);
      await link.askLeader(topic, partition, 'write', (connection) =>
        client.produceV9.api.async(connection, ALL_REPLICAS, TIMEOUT_MS, records, { ...numbered, sequences }),
      );
      next = (next + records.length) % SEQUENCES;
      await ask((connection) => client.endTxnV3.api.async(connection, topic, producerId, producerEpoch, true));
    },
  };
}

/** The broker that keeps the transactions of that name. */
async function coordinatorOf({ client, askController }: KafkaLink, name: string): Promise<Broker> {
  const { coordinators } = await askController((connection) =>
    client.findCoordinatorV4.api.async(connection, TRANSACTION, [name]),
  );
  const [coordinator] = coordinators;
  if (coordinator) return coordinator;
  throw new HeadwaterError('KAFKA_ANSWER', `Kafka does not say who keeps the transactions of ${name}`);
}
