import type { LogBounds, LogRecord, ReadLimits, StreamEntry } from '../../../core/ports/event-log.ts';
import { answeredFault } from '../faults.ts';
import type { KafkaLink } from '../link.ts';
import { createPage } from './page.ts';
import { createReadAhead } from './read-ahead.ts';
import { type Fetch, type Fetched, type FetchFrom, OFFSET_OUT_OF_RANGE } from './wire/fetch.ts';
import { recordsIn } from './wire/record-batch.ts';

/** Reads partitions of topics, without waiting. */
export interface PartitionReading {
  read(
    at: FetchFrom,
    limits: ReadLimits,
  ): Promise<{ readonly records: readonly LogRecord<StreamEntry>[]; readonly bounds: LogBounds }>;
  /** @param at an offset that is probably the end */
  bounds(at: FetchFrom): Promise<LogBounds>;
  /** The offset of the first record that has that time or a later one. */
  offsetAt(topic: string, partition: number, timestampMs: number): Promise<number | undefined>;
  /** Removes what lies before the offset, or all; what is left begins at the offset that it returns. */
  trimBefore(topic: string, partition: number, offset: number): Promise<number>;
}

/** What one answer holds at most; one batch of any size in any case. */
const FETCH_BYTES = 2 ** 22;
/** Kafka's frame of a record is about as large as ours, its headers apart. */
const RECORD_OVERHEAD_BYTES = 20;
const TIMEOUT_MS = 4_000;
// https://kafka.apache.org/protocol.html#The_Messages_ListOffsets
const LATEST = -1n;
const EARLIEST = -2n;
const END = -1n;
const NO_REPLICA = -1;
const ALL_COMMITTED = 0;
const NOTHING = Buffer.alloc(0);
const EMPTY: LogBounds = { first: 0, next: 0 };

/** @param fetch asks one broker */
export function createReading(link: KafkaLink, fetch: Fetch): PartitionReading {
  const { listOffsetsV7, deleteRecordsV2, ProtocolError } = link.client;

  const ahead = createReadAhead();
  const listOffset = async (topic: string, partition: number, timestamp: bigint): Promise<number> => {
    const wanted = [{ name: topic, partitions: [{ partitionIndex: partition, currentLeaderEpoch: -1, timestamp }] }];
    const { topics } = await link.askLeader(topic, partition, 'read', (connection) =>
      listOffsetsV7.api.async(connection, NO_REPLICA, ALL_COMMITTED, wanted),
    );
    return Number(topics[0]?.partitions[0]?.offset ?? -1);
  };
  const listBounds = async (topic: string, partition: number): Promise<LogBounds> => {
    const ends = [EARLIEST, LATEST].map((timestamp) => listOffset(topic, partition, timestamp));
    const [first = 0, next = 0] = await Promise.all(ends);
    return { first, next };
  };
  /** `undefined` when there is nothing at that offset, not even the end. */
  const fetchAt = async (at: FetchFrom, maxBytes: number): Promise<Fetched | undefined> =>
    await link.askLeader(at.topic, at.partition, 'read', async (connection) => {
      const [answer] = await fetch(connection, { from: [at], maxBytes, maxWaitMs: 0 });
      if (!answer || answer.errorCode === OFFSET_OUT_OF_RANGE) return undefined;
      if (answer.errorCode !== 0) throw new ProtocolError(answer.errorCode);
      return answer;
    });
  /** At the offset, or at the oldest record that is left. */
  const fetchFrom = async (at: FetchFrom, maxBytes: number) => {
    const answer = await fetchAt(at, maxBytes);
    if (answer) return { answer, bounds: answer };
    const bounds = await listBounds(at.topic, at.partition);
    const isTrimmed = at.offset < bounds.first;
    return { answer: isTrimmed ? await fetchAt({ ...at, offset: bounds.first }, maxBytes) : undefined, bounds };
  };

  return {
    async read(at, limits) {
      const partition = `${at.topic} ${at.partition}`;
      const page = createPage(limits);
      let offset = at.offset;
      /** Whether the page is full, or there is nothing more. */
      const fill = (found: Iterable<LogRecord<StreamEntry>>, bounds: LogBounds): boolean => {
        const before = page.records.length;
        const left: LogRecord<StreamEntry>[] = [];
        for (const record of found) {
          // The first batch may begin earlier, also where it was trimmed in its middle.
          if (record.offset < Math.max(offset, bounds.first)) continue;
          if (left.length > 0 || !page.add(record)) left.push(record);
        }
        ahead.keep(partition, { records: left, bounds });
        offset = (page.records.at(-1)?.offset ?? offset) + 1;
        return left.length > 0 || page.records.length === before || offset >= bounds.next;
      };
      const kept = ahead.take(partition, offset);
      if (kept && fill(kept.records, kept.bounds)) return { records: page.records, bounds: kept.bounds };
      for (;;) {
        const { maxRecords, maxBytes } = page.room;
        const wantedBytes = Math.min(FETCH_BYTES, maxBytes + maxRecords * RECORD_OVERHEAD_BYTES);
        const { answer, bounds } = await fetchFrom({ ...at, offset }, wantedBytes);
        const isDone = fill(recordsIn(answer?.batches ?? NOTHING), bounds);
        if (isDone || page.room.maxRecords === 0 || page.room.maxBytes === 0) return { records: page.records, bounds };
      }
    },
    async bounds(at) {
      return (await fetchAt(at, 1)) ?? (await listBounds(at.topic, at.partition));
    },
    async offsetAt(topic, partition, timestampMs) {
      const offset = await listOffset(topic, partition, BigInt(Math.max(0, Math.ceil(timestampMs))));
      return offset < 0 ? undefined : offset;
    },
    async trimBefore(topic, partition, offset) {
      const ask = async (to: bigint): Promise<number> => {
        const wanted = [{ name: topic, partitions: [{ partitionIndex: partition, offset: to }] }];
        const { topics } = await link.askLeader(topic, partition, 'read', (connection) =>
          deleteRecordsV2.api.async(connection, wanted, TIMEOUT_MS),
        );
        return Number(topics[0]?.partitions[0]?.lowWatermark ?? 0);
      };
      // What is trimmed is not read ahead of, either.
      ahead.keep(`${topic} ${partition}`, { records: [], bounds: EMPTY });
      try {
        return await ask(BigInt(offset));
      } catch (error) {
        if (answeredFault(error) !== 'OFFSET_OUT_OF_RANGE') throw error;
        return await ask(END);
      }
    },
  };
}
