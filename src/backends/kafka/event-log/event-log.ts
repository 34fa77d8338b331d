import type { Arn } from '../../../core/arn.ts';
import type { Clock } from '../../../core/clock.ts';
import { BackendUnavailable, HeadwaterError } from '../../../core/errors.ts';
import type { EventLog, LogBounds, LogRecord, ReadLimits, StreamEntry } from '../../../core/ports/event-log.ts';
import type { Registry } from '../../../core/ports/registry.ts';
import type { Random } from '../../../core/random.ts';
import { isUnknownTopic } from '../faults.ts';
import type { KafkaLink } from '../link.ts';
import { createExtents } from './extents.ts';
import { createPage } from './page.ts';
import { createPartitionWriter, type PartitionWriter } from './partition-writer.ts';
import { createReading } from './reading.ts';
import { createLogTopics } from './topic/topics.ts';
import { createAppendWatch } from './watch/append-watch.ts';
import { createFetch } from './wire/fetch.ts';
import { createProduce } from './wire/produce.ts';

/**
 * Logs of streams in Kafka: one topic each, with a partition for every shard that was ever created. Offsets are Kafka's,
 * times are ours.
 */
export function openEventLog(options: {
  readonly link: KafkaLink;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
}): EventLog {
  const { link, clock } = options;
  const fetch = createFetch(link.client);
  const reading = createReading(link, fetch);
  const produce = createProduce(link);
  const extents = createExtents();
  const writers = new Map<Arn, Map<number, PartitionWriter>>();
  const forget = (log: Arn) => {
    extents.forget(log);
    writers.delete(log);
  };
  const topics = createLogTopics({
    ...options,
    changed(log) {
      watch.lookAgain(log);
      const held = log === undefined ? [...writers.keys()] : [log];
      // Others drop logs, too; what is held of one whose topic cannot be asked for now is held on.
      for (const each of held)
        void topics.find(each).then(
          (topic) => topic ?? forget(each),
          () => {},
        );
    },
  });
  const watch = createAppendWatch({
    ...{ link, fetch },
    topicOf: async (log) => (await topics.find(log))?.name,
    nextOf: (log, partition) => extents.of(log, partition).next,
    async found(log, { topic, partition, errorCode, first, next }) {
      if (errorCode === 0) learn(log, topic, partition, { first, next });
      else extents.correct(log, topic, partition, await reading.bounds({ topic, partition, offset: 0 }));
    },
    unanswered: extents.wake,
  });

  /** What comes late of an earlier log of that name is nothing to learn from. */
  const learn = (log: Arn, topic: string, partition: number, bounds: Partial<LogBounds>): void => {
    const now = topics.known(log);
    if (!now || now.name === topic) extents.learn(log, topic, partition, bounds);
  };

  /** The topic that has the partition; `undefined` when there is none. */
  const topicWith = async (log: Arn, partition: number, isFresh = false): Promise<string | undefined> => {
    const topic = await topics.find(log, isFresh);
    if (topic && partition < topic.partitions) return topic.name;
    return isFresh ? undefined : await topicWith(log, partition, true);
  };
  /** Works on a partition; `missing` when there is none. */
  const at = async <T>(log: Arn, partition: number, missing: T, work: (topic: string) => Promise<T>): Promise<T> => {
    const topic = await topicWith(log, partition);
    if (topic === undefined) return missing;
    try {
      return await work(topic);
    } catch (error) {
      if (!isUnknownTopic(error)) throw error;
      if ((await topicWith(log, partition, true)) === undefined) return missing;
      throw new BackendUnavailable(link.name, `its topic ${topic} is not there`, { cause: error });
    }
  };
  const writerOf = (log: Arn, partition: number): PartitionWriter => {
    const ofLog = writers.get(log) ?? new Map<number, PartitionWriter>();
    writers.set(log, ofLog);
    const writer =
      ofLog.get(partition) ??
      createPartitionWriter({
        ...{ link, produce, clock, partition },
        at: (work) => at(log, partition, undefined, work),
        stored(topic, records) {
          watch.keep(topic, log, partition, records);
          learn(log, topic, partition, { next: (records.at(-1)?.offset ?? -1) + 1 });
        },
      });
    ofLog.set(partition, writer);
    return writer;
  };
  const endOf = (log: Arn, partition: number, topic: string) => ({
    topic,
    partition,
    offset: extents.of(log, partition).next,
  });

  return {
    driver: 'kafka',
    create: topics.create,
    grow: topics.grow,
    async drop(log) {
      await topics.drop(log);
      forget(log);
    },
    async append(log, partition, entries) {
      const appended = await writerOf(log, partition).append(entries);
      if (appended) return appended;
      throw new HeadwaterError('LOG_MISSING', `There is no partition ${partition} of ${log}`);
    },
    read: (log, partition, offset, limits) =>
      at(log, partition, [], async (topic) => {
        const from = Math.max(offset, extents.of(log, partition).first);
        const newest = pageOf(watch.newest(topic, log, partition), from, limits);
        if (newest.length > 0) return newest;
        const { records, bounds } = await reading.read({ topic, partition, offset }, limits);
        learn(log, topic, partition, bounds);
        return records;
      }),
    bounds: (log, partition) =>
      at(log, partition, EMPTY, async (topic) => {
        const { first, next } = await reading.bounds(endOf(log, partition, topic));
        learn(log, topic, partition, { first, next });
        return { first, next };
      }),
    offsetAt: (log, partition, timestampMs) =>
      at(log, partition, 0, async (topic) => {
        const found = await reading.offsetAt(topic, partition, timestampMs);
        return found ?? (await reading.bounds(endOf(log, partition, topic))).next;
      }),
    known: extents.of,
    onAppend(log, partition, wake) {
      const watches = [extents.onAppend(log, partition, wake), watch.follow(log, partition)];
      return {
        [Symbol.dispose]() {
          for (const each of watches) each[Symbol.dispose]();
        },
      };
    },
    trimBefore: (log, partition, offset) =>
      at(log, partition, undefined, async (topic) => {
        learn(log, topic, partition, { first: await reading.trimBefore(topic, partition, offset) });
      }),
    async [Symbol.asyncDispose]() {
      topics[Symbol.dispose]();
      watch[Symbol.dispose]();
    },
  };
}

/** A page of records that are at hand; empty where they do not begin in time, or end too early. */
function pageOf(records: readonly LogRecord<StreamEntry>[], from: number, limits: ReadLimits) {
  const begin = records[0]?.offset ?? Number.POSITIVE_INFINITY;
  const page = createPage(limits);
  if (from >= begin) records.slice(from - begin).every(page.add);
  return page.records;
}

const EMPTY: LogBounds = { first: 0, next: 0 };
