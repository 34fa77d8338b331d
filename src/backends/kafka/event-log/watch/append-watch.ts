import type { Arn } from '../../../../core/arn.ts';
import { realClock, SECOND, sleep } from '../../../../core/clock.ts';
import { BackendUnavailable } from '../../../../core/errors.ts';
import type { LogRecord, StreamEntry } from '../../../../core/ports/event-log.ts';
import { backOffMs } from '../../../../core/waiting/back-off.ts';
import { type Broker, NoAnswer } from '../../connections.ts';
import type { KafkaLink } from '../../link.ts';
import { partitionKey } from '../extents.ts';
import { sizeOf } from '../page.ts';
import { type Fetch, type Fetched, OFFSET_OUT_OF_RANGE } from '../wire/fetch.ts';
import { recordsIn } from '../wire/record-batch.ts';
import { type BrokerWatch, createBrokerWatch } from './broker-watch.ts';

/** Notices what others append, while somebody waits for it. */
export interface AppendWatch extends Disposable {
  /** Follows the partition until it is disposed of. */
  follow(log: Arn, partition: number): Disposable;
  /** The newest records of a partition that is followed, where they are few: who waits for them need not ask for them. */
  newest(topic: string, log: Arn, partition: number): readonly LogRecord<StreamEntry>[];
  /** Takes records that were appended. */
  keep(topic: string, log: Arn, partition: number, records: readonly LogRecord<StreamEntry>[]): void;
  /** The log may have become another, or none; all of them when none is named. */
  lookAgain(log: Arn | undefined): void;
}

interface Followed {
  readonly log: Arn;
  readonly partition: number;
  /** How many follow it. */
  count: number;
  /** Set while its leader is asked about it. */
  asked?: Asked | undefined;
}

interface Asked {
  readonly topic: string;
  readonly watch: BrokerWatch<Followed>;
  newest: readonly LogRecord<StreamEntry>[];
}

/** How long a broker holds its answer back when nothing comes; then it is asked again. */
const HELD_BACK_MS = 2 * SECOND;
/** Where the partition ends is wanted, and what lies there only as far as it comes anyway: in one batch. */
const MAX_BYTES = 1;
/** Of the newest records of a partition, with all that comes with them. */
const MAX_KEPT_BYTES = 2 ** 16;
const RETRY = { firstMs: 50, maxMs: SECOND };

/**
 * @param topicOf names the topic of a log that is there
 * @param nextOf where that which is known ends
 * @param found told of each answer
 * @param unanswered told of a partition about which nobody answers; that another broker leads it now is an answer
 */
export function createAppendWatch(options: {
  readonly link: KafkaLink;
  readonly fetch: Fetch;
  readonly topicOf: (log: Arn) => Promise<string | undefined>;
  readonly nextOf: (log: Arn, partition: number) => number;
  readonly found: (log: Arn, answer: Fetched) => Promise<void>;
  readonly unanswered: (log: Arn, partition: number) => void;
}): AppendWatch {
  const { link, fetch, topicOf, nextOf, found, unanswered } = options;
  const followed = new Map<string, Followed>();
  const watches = new Map<string, BrokerWatch<Followed>>();
  const ending = new AbortController();
  const isWanted = (each: Followed) => each.count > 0 && !ending.signal.aborted;

  const ask = async (broker: Broker, about: readonly Followed[], signal: AbortSignal) => {
    const from = about.map(({ log, partition, asked }) => ({
      ...{ topic: asked?.topic ?? '', partition, offset: nextOf(log, partition) },
    }));
    const answers = await link.waitAt(broker, HELD_BACK_MS, signal, async (connection) =>
      refuseFaults(link, await fetch(connection, { from, maxBytes: MAX_BYTES, maxWaitMs: HELD_BACK_MS })),
    );
    for (const answer of answers) {
      const of = about.find(({ asked, partition }) => asked?.topic === answer.topic && partition === answer.partition);
      if (!of) continue;
      const { batches } = answer;
      if (batches && batches.length <= MAX_KEPT_BYTES) keepIn(of.asked, [...recordsIn(batches)]);
      await found(of.log, answer);
    }
  };
  const askedOf = (topic: string, log: Arn, partition: number) => {
    const asked = followed.get(partitionKey(log, partition))?.asked;
    return asked?.topic === topic ? asked : undefined;
  };
  const watchOf = (broker: Broker) => {
    const key = `${broker.host}:${broker.port}`;
    const watch =
      watches.get(key) ??
      createBrokerWatch({ broker, ask, lost: (left, error) => left.forEach((each) => void lose(each, error)) });
    watches.set(key, watch);
    return watch;
  };
  /** Finds out whom to ask, however long that takes. */
  const join = async (each: Followed): Promise<void> => {
    for (let tries = 1; isWanted(each) && !each.asked; tries += 1) {
      try {
        const topic = await topicOf(each.log);
        if (topic === undefined) return;
        const leader = await link.leaderOf(topic, each.partition);
        if (!isWanted(each) || each.asked) return;
        each.asked = { topic, watch: watchOf(leader), newest: [] };
        each.asked.watch.add(each);
      } catch {
        await sleep(realClock, backOffMs(tries, RETRY), ending.signal).catch(() => {});
      }
    }
  };
  const leave = (each: Followed) => {
    each.asked?.watch.remove(each);
    each.asked = undefined;
  };
  const lose = (each: Followed, error: unknown) => {
    each.asked = undefined;
    if (isSilence(error)) unanswered(each.log, each.partition);
    void join(each);
  };
  const lookAgain = async (each: Followed) => {
    const topic = await topicOf(each.log).catch(() => each.asked?.topic);
    if (each.asked && each.asked.topic !== topic) leave(each);
    await join(each);
  };
  return {
    follow(log, partition) {
      const key = partitionKey(log, partition);
      const each: Followed = followed.get(key) ?? { log, partition, count: 0 };
      followed.set(key, each);
      each.count += 1;
      if (each.count === 1) void join(each);
      let isOver = false;
      return {
        [Symbol.dispose]() {
          if (isOver) return;
          isOver = true;
          each.count -= 1;
          if (each.count > 0) return;
          followed.delete(key);
          leave(each);
        },
      };
    },
    newest: (topic, log, partition) => askedOf(topic, log, partition)?.newest ?? [],
    keep: (topic, log, partition, records) => keepIn(askedOf(topic, log, partition), records),
    lookAgain(log) {
      for (const each of followed.values()) if (log === undefined || each.log === log) void lookAgain(each);
    },
    [Symbol.dispose]() {
      ending.abort();
      for (const each of followed.values()) leave(each);
      followed.clear();
    },
  };
}

const isSilence = (error: unknown): boolean => error instanceof BackendUnavailable && error.cause instanceof NoAnswer;

/** Keeps what is newer than what is kept, unless it is much. */
function keepIn(asked: Asked | undefined, records: readonly LogRecord<StreamEntry>[]): void {
  if (!asked || (records.at(-1)?.offset ?? -1) <= (asked.newest.at(-1)?.offset ?? -1)) return;
  const bytes = records.reduce((sum, { entry }) => sum + sizeOf(entry), 0);
  asked.newest = bytes <= MAX_KEPT_BYTES ? records.map(alone) : [];
}

/** Cut out of a large request or answer, it would keep all of that. */
const alone = (record: LogRecord<StreamEntry>): LogRecord<StreamEntry> => ({
  ...record,
  entry: { ...record.entry, data: Buffer.from(record.entry.data) },
});

/** Answers about partitions that the broker does not lead are no answers. */
function refuseFaults({ client }: KafkaLink, answers: readonly Fetched[]): readonly Fetched[] {
  const fault = answers.find(({ errorCode }) => errorCode !== 0 && errorCode !== OFFSET_OUT_OF_RANGE);
  if (fault) throw new client.ProtocolError(fault.errorCode);
  return answers;
}
