import type * as Client from '@platformatic/kafka';
import type { Connection } from '@platformatic/kafka';

/** From where on a partition is to be read. */
export interface FetchFrom {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** What was fetched of a partition. */
export interface Fetched {
  readonly topic: string;
  readonly partition: number;
  /** 0, or Kafka's number of what is wrong. */
  readonly errorCode: number;
  readonly first: number;
  /** All before it can be read. */
  readonly next: number;
  /** Batches of records; the last may be cut off. The first may begin before what was asked for. */
  readonly batches: Buffer | undefined;
}

/** Of {@link Fetched.errorCode}: nothing is at that offset, not even an end. */
export const OFFSET_OUT_OF_RANGE = 1;

/** Fetches without a group of consumers. */
export type Fetch = (
  connection: Connection,
  wanted: {
    readonly from: readonly FetchFrom[];
    /** At most, but one batch if there is any. */
    readonly maxBytes: number;
    /** How long the broker may wait for something to come. */
    readonly maxWaitMs: number;
  },
) => Promise<readonly Fetched[]>;

const FETCH = 1;
const VERSION = 12;
const ALL_COMMITTED = 0;
const NO_SESSION = [0, -1] as const;

/** The client's own request, but its answer's records stay bytes until somebody wants them. */
export function createFetch(client: typeof Client): Fetch {
  const api = client.createAPI<Parameters<typeof client.fetchV12.createRequest>, readonly Fetched[]>(
    FETCH,
    VERSION,
    client.fetchV12.createRequest,
    (_correlationId, apiKey, apiVersion, reader) => {
      reader.readInt32();
      const errorCode = reader.readInt16();
      if (errorCode !== 0) throw new client.ResponseError(apiKey, apiVersion, { '/': [errorCode, null] }, undefined);
      reader.readInt32();
      return reader
        .readArray((topics) => {
          const topic = topics.readString();
          return topics.readArray((partitions) => readPartition(partitions, topic));
        })
        .flat();
    },
  );
  return (connection, { from, maxBytes, maxWaitMs }) =>
    api.async(connection, maxWaitMs, 1, maxBytes, ALL_COMMITTED, ...NO_SESSION, topicsOf(from, maxBytes), [], '');
}

type FetchTopic = Parameters<typeof Client.fetchV12.createRequest>[6][number];

function topicsOf(from: readonly FetchFrom[], partitionMaxBytes: number): FetchTopic[] {
  const topics = new Map<string, FetchTopic>();
  for (const { topic: topicId, partition, offset } of from) {
    const topic = topics.get(topicId) ?? { topicId, partitions: [] };
    topics.set(topicId, topic);
    topic.partitions.push({
      ...{ partition, fetchOffset: BigInt(offset), partitionMaxBytes },
      ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
    });
  }
  return [...topics.values()];
}

function readPartition(reader: Client.Reader, topic: string): Fetched {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  const next = Number(reader.readInt64());
  // The last stable offset: there are no transactions here.
  reader.readInt64();
  const first = Number(reader.readInt64());
  reader.readArray((aborted) => aborted.skip(2 * 8));
  reader.readInt32();
  const size = reader.readUnsignedVarInt() - 1;
  const batches = size > 0 ? reader.buffer.slice(reader.position, reader.position + size) : undefined;
  reader.skip(Math.max(0, size));
  return { topic, partition, errorCode, first, next, batches };
}
