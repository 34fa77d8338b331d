import { SECOND } from '../../../../core/clock.ts';
import { HeadwaterError } from '../../../../core/errors.ts';
import type { KafkaLink } from '../../link.ts';
import { type Numbering, type TimedEntry, writeBatch } from './batch-writing.ts';

/** Sends one batch to a partition; the offset of its first record once all replicas that are in step have it. */
export type Produce = (
  topic: string,
  partition: number,
  entries: readonly TimedEntry[],
  numbering: Numbering,
) => Promise<number>;

const PRODUCE = 0;
const VERSION = 9;
const ALL_REPLICAS = -1;
const TIMEOUT_MS = 4 * SECOND;

/** The client's own request, but for the batch, which comes as bytes. */
export function createProduce(link: KafkaLink): Produce {
  const { createAPI, crc32c, produceV9, Writer } = link.client;
  const request = (topic: string, partition: number, batch: Buffer) =>
    Writer.create()
      .appendString(null)
      .appendInt16(ALL_REPLICAS)
      .appendInt32(TIMEOUT_MS)
      .appendArray([topic], (topics) =>
        topics.appendString(topic).appendArray([partition], (partitions) =>
          partitions
            .appendInt32(partition)
            .appendUnsignedVarInt(batch.length + 1)
            .append(batch),
        ),
      )
      .appendTaggedFields();
  const api = createAPI<Parameters<typeof request>, ReturnType<typeof produceV9.parseResponse>>(
    PRODUCE,
    VERSION,
    request,
    produceV9.parseResponse,
  );
  return async (topic, partition, entries, numbering) => {
    const batch = writeBatch(entries, numbering, crc32c);
    const { responses } = await link.askLeader(topic, partition, 'write', (connection) =>
      api.async(connection, topic, partition, batch),
    );
    const stored = responses[0]?.partitionResponses[0];
    if (!stored) throw new HeadwaterError('KAFKA_ANSWER', `Kafka does not say where records of ${topic} came to lie`);
    return Number(stored.baseOffset);
  };
}
