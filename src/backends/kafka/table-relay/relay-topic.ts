import type { Arn } from '../../../core/arn.ts';
import { type Clock, DAY, HOUR, SECOND } from '../../../core/clock.ts';
import { createReading } from '../event-log/reading.ts';
import { topicName } from '../event-log/topic/topic-name.ts';
import { TOPIC_SETTINGS } from '../event-log/topic/topic-settings.ts';
import { createFetch } from '../event-log/wire/fetch.ts';
import { unless } from '../faults.ts';
import type { KafkaLink } from '../link.ts';
import { lastCommitted } from './last-committed.ts';
import { type FencedWriter, type TopicMessage, takeOver } from './transactions.ts';

/** Where a change stands in its stream; each message carries it. */
export interface ChangePlace {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** The topic of a table's changes, as the one process has it that writes to it. */
export interface RelayTopic {
  /** The place of the last change that it holds. */
  readonly last: ChangePlace | undefined;
  write(messages: readonly (Omit<TopicMessage, 'headers'> & { readonly place: ChangePlace })[]): Promise<void>;
}

const TIMEOUT_MS = 4 * SECOND;
/** As long as the stream itself keeps them. */
const RETENTION_MS = DAY;
const TRIM_PAUSE_MS = HOUR;

/** The topic that the stream's changes are published to. */
export const relayTopicName = (link: KafkaLink, stream: Arn): string => {
  const [table = '', , label = ''] = stream.split('table/')[1]?.split('/') ?? [];
  return topicName([link.namespace, 'changes', table, label], stream);
};

/** Takes the topic over from whoever wrote to it, and makes it if need be. */
export async function openRelayTopic(link: KafkaLink, clock: Clock, stream: Arn): Promise<RelayTopic> {
  const name = relayTopicName(link, stream);
  await make(link, name);
  const writer: FencedWriter = await takeOver(link, name);
  const reading = createReading(link, createFetch(link.client));
  const bounds = await reading.bounds({ topic: name, partition: 0, offset: 0 });
  const headers = await lastCommitted(link, name, bounds);
  const [shardId, sequenceNumber] = [headers?.get('shardId'), headers?.get('sequenceNumber')];
  let trimmedAtMs = Number.NEGATIVE_INFINITY;
  return {
    last: shardId === undefined || sequenceNumber === undefined ? undefined : { shardId, sequenceNumber },
    async write(messages) {
      await writer.write(messages.map(({ place, ...message }) => ({ ...message, headers: { ...place } })));
      if (clock.nowMs() < trimmedAtMs + TRIM_PAUSE_MS) return;
      trimmedAtMs = clock.nowMs();
      const kept = await reading.offsetAt(name, 0, clock.nowMs() - RETENTION_MS);
      if (kept !== undefined && kept > 0) await reading.trimBefore(name, 0, kept);
    },
  };
}

async function make({ client, askController }: KafkaLink, name: string): Promise<void> {
  const topic = { name, numPartitions: 1, replicationFactor: -1, assignments: [], configs: [...TOPIC_SETTINGS] };
  await unless('TOPIC_ALREADY_EXISTS', () =>
    askController((connection) => client.createTopicsV7.api.async(connection, [topic], TIMEOUT_MS, false)),
  );
}

/** Deletes the topic of a stream that is gone. */
export async function dropRelayTopic(link: KafkaLink, stream: Arn): Promise<void> {
  const topics = [{ name: relayTopicName(link, stream) }];
  await unless('UNKNOWN_TOPIC_OR_PARTITION', () =>
    link.askController((connection) => link.client.deleteTopicsV6.api.async(connection, topics, TIMEOUT_MS)),
  );
}
