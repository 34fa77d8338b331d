import type { Clock } from '../../../core/clock.ts';
import { BackendUnavailable } from '../../../core/errors.ts';
import type { AppendedEntry, LogRecord, StreamEntry } from '../../../core/ports/event-log.ts';
import { answeredFault } from '../faults.ts';
import type { KafkaLink } from '../link.ts';
import { sizeOf } from './page.ts';
import type { Numbering, TimedEntry } from './wire/batch-writing.ts';
import type { Produce } from './wire/produce.ts';

/** Appends to one partition, in the order in which it is called. */
export interface PartitionWriter {
  /** Resolves with where the entries came to lie; with nothing when there is no such partition. */
  append(entries: readonly StreamEntry[]): Promise<readonly AppendedEntry[] | undefined>;
}

/** Entries that were given together and are stored together. */
interface Group {
  readonly entries: readonly StreamEntry[];
  readonly arrivedAtMs: number;
  readonly resolve: (appended: readonly AppendedEntry[] | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** A batch grows up to this while the one before it is on its way. */
const BATCH_BYTES = 2 ** 22;
const SEQUENCES = 2 ** 31;
/** The broker has forgotten the numbering, and has not stored the batch. */
const LOST_COUNT = new Set(['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH']);

/**
 * One batch is on its way at a time, so that what comes first lies first; what comes meanwhile is the next batch.
 * @param at does something with the partition's topic; to nothing when there is no such partition
 * @param stored told of each batch before its entries' promises resolve
 */
export function createPartitionWriter(options: {
  readonly link: KafkaLink;
  readonly produce: Produce;
  readonly clock: Clock;
  readonly partition: number;
  readonly at: <T>(work: (topic: string) => Promise<T>) => Promise<T | undefined>;
  readonly stored: (topic: string, records: readonly LogRecord<StreamEntry>[]) => void;
}): PartitionWriter {
  const { link, produce, clock, partition, at, stored } = options;
  const { initProducerIdV4 } = link.client;
  const waiting: Group[] = [];
  let numbering: (Numbering & { readonly topic: string }) | undefined;
  let lastArrivedAtMs = 0;
  let isWriting = false;

  const numberingFor = async (topic: string) => {
    if (numbering?.topic === topic) return numbering;
    const { producerId, producerEpoch } = await link.askController((connection) =>
      initProducerIdV4.api.async(connection, null, 0, -1n, -1),
    );
    numbering = { topic, producerId, producerEpoch, next: 0 };
    return numbering;
  };
  const send = async (topic: string, entries: readonly TimedEntry[]): Promise<number> => {
    const using = await numberingFor(topic);
    // Whatever becomes of it, no other batch has these numbers.
    numbering = undefined;
    const offset = await produce(topic, partition, entries, using);
    numbering = { ...using, next: (using.next + entries.length) % SEQUENCES };
    return offset;
  };
  const sendTwice = async (topic: string, entries: readonly TimedEntry[]): Promise<number> => {
    try {
      return await send(topic, entries);
    } catch (error) {
      if (!LOST_COUNT.has(answeredFault(error) ?? '')) throw error;
      return await send(topic, entries);
    }
  };
  const write = async (groups: readonly Group[]): Promise<void> => {
    const timed = groups.flatMap(({ entries, arrivedAtMs }) => entries.map((entry) => ({ entry, arrivedAtMs })));
    const records = await at(async (topic) => {
      const first = await sendTwice(topic, timed);
      const placed = timed.map((each, index) => ({ ...each, offset: first + index }));
      stored(topic, placed);
      return placed;
    });
    let done = 0;
    for (const { entries, resolve } of groups) {
      resolve(records?.slice(done, done + entries.length));
      done += entries.length;
    }
  };
  const writeAll = async () => {
    while (waiting.length > 0) {
      const groups = takeBatch(waiting);
      await write(groups).catch((error) => {
        // What came meanwhile has waited as long for nothing.
        const failed = error instanceof BackendUnavailable ? [...groups, ...waiting.splice(0)] : groups;
        for (const { reject } of failed) reject(error);
      });
    }
    isWriting = false;
  };
  return {
    append: (entries) =>
      new Promise((resolve, reject) => {
        if (entries.length === 0) return resolve([]);
        lastArrivedAtMs = Math.max(lastArrivedAtMs, clock.nowMs());
        waiting.push({ entries, arrivedAtMs: lastArrivedAtMs, resolve, reject });
        if (isWriting) return;
        isWriting = true;
        // What other requests bring in this turn goes along.
        setImmediate(() => void writeAll());
      }),
  };
}

/** Takes as many as one batch holds, but one in any case. */
function takeBatch(waiting: Group[]): readonly Group[] {
  let bytes = 0;
  let count = 0;
  for (const { entries } of waiting) {
    bytes += entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (count > 0 && bytes > BATCH_BYTES) break;
    count += 1;
  }
  return waiting.splice(0, count);
}
