import { type Arn, formatArn, parseArn } from '../../../../core/arn.ts';
import { SECOND } from '../../../../core/clock.ts';
import { HeadwaterError } from '../../../../core/errors.ts';
import { isVersionConflict, type Registry } from '../../../../core/ports/registry.ts';
import type { Random } from '../../../../core/random.ts';
import { unless } from '../../faults.ts';
import type { KafkaLink } from '../../link.ts';
import { topicName } from './topic-name.ts';
import { TOPIC_SETTINGS } from './topic-settings.ts';

/** The topic of a log, as the registry keeps it. */
export interface LogTopic {
  readonly name: string;
  readonly partitions: number;
  /** It is being deleted; the log is gone. */
  readonly isGoing?: true;
}

/**
 * Which topic holds which log. The registry says so, not Kafka: a log that is created again gets another topic, so that nobody
 * reads or writes it for the old one, and how many partitions there are is known before all brokers know them.
 */
export interface LogTopics extends Disposable {
  /** The topic; `undefined` when there is no such log. Looks afresh when `isFresh`. */
  find(log: Arn, isFresh?: boolean): Promise<LogTopic | undefined>;
  /** What this process knows at this instant. */
  known(log: Arn): LogTopic | undefined;
  create(log: Arn, partitions: number): Promise<void>;
  grow(log: Arn, partitions: number): Promise<void>;
  drop(log: Arn): Promise<void>;
}

const LOGS = 'kafka-logs/';
/** How long the cluster may take to change topics. */
const TIMEOUT_MS = 4 * SECOND;
/** @param changed told when a log may have become another, or none; all of them when none is named */
export function createLogTopics(options: {
  readonly link: KafkaLink;
  readonly registry: Registry;
  readonly random: Random;
  readonly changed: (log: Arn | undefined) => void;
}): LogTopics {
  const { link, registry, random, changed } = options;
  const { createTopicsV7, createPartitionsV3, deleteTopicsV6 } = link.client;
  const known = new Map<string, LogTopic>();
  let changes = 0;
  const watch = registry.watch(LOGS, (key) => {
    changes += 1;
    if (key === undefined) known.clear();
    else known.delete(key);
    changed(key === undefined ? undefined : logOf(key));
  });

  const look = async (log: Arn) => {
    const key = keyOf(log);
    const before = changes;
    const entry = await registry.get<LogTopic>(key);
    // An answer that a change has overtaken is not kept.
    if (changes === before && entry && !entry.value.isGoing) known.set(key, entry.value);
    else known.delete(key);
    return entry;
  };
  /** Stores it unless somebody else was first; the version that it has then. */
  const claim = async (log: Arn, topic: LogTopic, version: number): Promise<number | undefined> => {
    const stored = await registry.put(keyOf(log), topic, version).catch(unlessConflict);
    known.delete(keyOf(log));
    return stored;
  };
  const make = async ({ name, partitions }: LogTopic) => {
    const topic = {
      name,
      numPartitions: partitions,
      replicationFactor: -1,
      assignments: [],
      configs: [...TOPIC_SETTINGS],
    };
    await unless('TOPIC_ALREADY_EXISTS', () =>
      link.askController((connection) => createTopicsV7.api.async(connection, [topic], TIMEOUT_MS, false)),
    );
  };
  const widen = async ({ name, partitions }: LogTopic) => {
    const wanted = [{ name, count: partitions, assignments: null }];
    // It has as many, or more.
    await unless('INVALID_PARTITIONS', () =>
      link.askController((connection) => createPartitionsV3.api.async(connection, wanted, TIMEOUT_MS, false)),
    );
  };
  const remove = async ({ name }: LogTopic) => {
    await unless('UNKNOWN_TOPIC_OR_PARTITION', () =>
      link.askController((connection) => deleteTopicsV6.api.async(connection, [{ name }], TIMEOUT_MS)),
    );
  };

  const grow = async (log: Arn, partitions: number): Promise<void> => {
    for (;;) {
      const entry = await look(log);
      if (!entry || entry.value.isGoing) throw new HeadwaterError('LOG_MISSING', `There is no log ${log}`);
      if (entry.value.partitions >= partitions) return;
      const wider = { ...entry.value, partitions };
      await widen(wider);
      if ((await claim(log, wider, entry.version)) !== undefined) return;
    }
  };
  const drop = async (log: Arn): Promise<void> => {
    for (let entry = await look(log); entry; entry = await look(log)) {
      // Marked first: of a process that is killed meanwhile another finishes the work.
      const marked = { ...entry.value, isGoing: true as const };
      const version = entry.value.isGoing ? entry.version : await claim(log, marked, entry.version);
      if (version === undefined) continue;
      await remove(marked);
      await registry.remove(keyOf(log), version).catch(unlessConflict);
    }
  };
  return {
    async find(log, isFresh = false) {
      const topic = known.get(keyOf(log));
      if (topic && !isFresh) return topic;
      const entry = await look(log);
      return entry?.value.isGoing ? undefined : entry?.value;
    },
    known: (log) => known.get(keyOf(log)),
    async create(log, partitions) {
      for (;;) {
        const entry = await look(log);
        if (entry?.value.isGoing) {
          await drop(log);
          continue;
        }
        if (entry) {
          await make(entry.value);
          return await grow(log, partitions);
        }
        const topic = { name: topicName([link.namespace, ...wordsOf(log)], random.uuid()), partitions };
        if ((await claim(log, topic, 0)) !== undefined) return await make(topic);
      }
    },
    grow,
    drop,
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}

const keyOf = (log: Arn): string => `${LOGS}${wordsOf(log).join('/')}`;

function wordsOf(log: Arn): readonly string[] {
  const parts = parseArn(log);
  if (!parts) throw new HeadwaterError('LOG_MISSING', `${log} is no name of a log`);
  return [parts.account, parts.region, parts.service, parts.resource];
}

function logOf(key: string): Arn {
  const [account = '', region = '', service = '', ...resource] = key.slice(LOGS.length).split('/');
  return formatArn({ account, region, service, resource: resource.join('/') });
}

/** Somebody else was first. */
function unlessConflict(error: unknown): undefined {
  if (!isVersionConflict(error)) throw error;
}
