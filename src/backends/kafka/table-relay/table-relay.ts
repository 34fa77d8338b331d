import type { Activity } from '../../../core/activity.ts';
import type { Arn } from '../../../core/arn.ts';
import { type Clock, realClock, SECOND, sleep } from '../../../core/clock.ts';
import { BackendUnavailable } from '../../../core/errors.ts';
import type { Leases } from '../../../core/ports/leases.ts';
import type { ShardReader, StreamRecord, StreamSource, TableStreams } from '../../../core/source.ts';
import { backOffMs } from '../../../core/waiting/back-off.ts';
import { untilDone } from '../../../core/waiting/until-done.ts';
import { isFenced } from '../faults.ts';
import type { KafkaLink } from '../link.ts';
import { type ChangePlace, dropRelayTopic, openRelayTopic, type RelayTopic } from './relay-topic.ts';

/** What relays work on. */
export interface RelayParts {
  readonly link: KafkaLink;
  readonly streams: TableStreams;
  /** Reads the streams. */
  readonly source: StreamSource;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly activity: Activity;
  /** The JSON of a change as its functions get it. */
  readonly recordText: (record: StreamRecord, stream: Arn) => string;
  /** Told when changes cannot be published although Kafka answers. */
  readonly told: (what: string, isFault: boolean) => void;
}

const PAGE = { maxRecords: 500, maxBytes: 4 * 2 ** 20 };
const RETRY = { firstMs: 100, maxMs: 5 * SECOND };

/**
 * Publishes the changes of all tables that have a stream to topics, for other consumers: each stream has a topic of one
 * partition, in which its changes lie in their order, each once for who reads only what is committed. One process at a time
 * publishes a stream's changes; another takes over where the topic ends. The topic goes with the stream.
 */
export function createTableRelay(parts: RelayParts): AsyncDisposable {
  const { link, streams, activity } = parts;
  const relays = new Map<Arn, { readonly stopping: AbortController; readonly ended: Promise<void> }>();
  const closing = new AbortController();
  let looking: Promise<unknown> = Promise.resolve();

  const look = async () => {
    const there = new Set(await streams.list());
    for (const arn of there) {
      if (relays.has(arn) || closing.signal.aborted) continue;
      const stopping = new AbortController();
      relays.set(arn, { stopping, ended: relay(parts, arn, AbortSignal.any([stopping.signal, closing.signal])) });
    }
    for (const [arn, { stopping, ended }] of relays) {
      if (there.has(arn)) continue;
      stopping.abort();
      await ended;
      await dropRelayTopic(link, arn);
      relays.delete(arn);
    }
  };
  const lookAgain = () => {
    const work = () => untilDone(look, closing.signal);
    looking = looking.then(() => activity.during('following the streams of tables', work));
  };
  const watch = streams.onChange(lookAgain);
  lookAgain();
  return {
    async [Symbol.asyncDispose]() {
      closing.abort();
      watch[Symbol.dispose]();
      await looking;
      await Promise.all(Array.from(relays.values(), ({ ended }) => ended));
    },
  };
}

/** Publishes a stream's changes whenever this process holds the lease, until there will be no more. */
async function relay(parts: RelayParts, stream: Arn, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const lease = await parts.leases.hold(`kafka relay ${stream}`, signal);
    if (!lease) return;
    const isDone = await relayWhileHeld(parts, stream, AbortSignal.any([signal, lease.lost]));
    await lease[Symbol.asyncDispose]();
    if (isDone) return;
  }
}

/** Takes over, and again after each failure: where the topic ends is known from the topic alone. */
async function relayWhileHeld(parts: RelayParts, stream: Arn, signal: AbortSignal): Promise<boolean> {
  const { link, clock, activity, told } = parts;
  const open = () => untilDone(() => openRelayTopic(link, clock, stream), signal);
  for (let failures = 0; !signal.aborted; ) {
    try {
      const topic = await activity.during('taking over a topic', open);
      if (topic && (await publish(parts, stream, topic, signal))) return true;
    } catch (error) {
      if (error instanceof BackendUnavailable) continue;
      // Fenced off, by a process that takes itself for the holder of the lease, too; one of both will learn better.
      failures += 1;
      if (!isFenced(error) && failures === 1) told(`Changes of ${stream} are not published: ${error}`, true);
      await sleep(realClock, backOffMs(failures, RETRY), signal).catch(() => {});
    }
  }
  return false;
}

/** Publishes shard after shard; whether the stream is at its end. */
async function publish(parts: RelayParts, stream: Arn, topic: RelayTopic, signal: AbortSignal): Promise<boolean> {
  const { source } = parts;
  let { last } = topic;
  for (let shardId = await firstShard(source, stream, last?.shardId); shardId !== undefined; ) {
    const from = last?.shardId === shardId ? last.sequenceNumber : undefined;
    using reader = await source.reader(
      ...([stream, shardId] as const),
      from === undefined ? { at: 'trim-horizon' } : { at: 'after-sequence-number', sequenceNumber: from },
    );
    if (reader) await publishShard(parts, { stream, shardId, reader, topic }, signal);
    if (signal.aborted) return false;
    last = undefined;
    shardId = await shardAfter(source, stream, shardId);
  }
  return true;
}

/** The shards of a table's stream follow one another. */
async function firstShard(source: StreamSource, stream: Arn, last: string | undefined): Promise<string | undefined> {
  const ids = (await source.shards(stream)).map(({ shardId }) => shardId);
  return ids.find((id) => id === last) ?? ids[0];
}

async function shardAfter(source: StreamSource, stream: Arn, before: string): Promise<string | undefined> {
  return (await source.shards(stream)).find(({ parentIds }) => parentIds.includes(before))?.shardId;
}

interface Publishing {
  readonly stream: Arn;
  readonly shardId: string;
  readonly reader: ShardReader;
  readonly topic: RelayTopic;
}

/** Publishes until the shard is at its end, or the signal is aborted. */
async function publishShard(
  { activity, recordText }: RelayParts,
  { stream, shardId, reader, topic }: Publishing,
  signal: AbortSignal,
): Promise<void> {
  using _probe = activity.probe(() => reader.due());
  for (let isEnded = false; !isEnded && !signal.aborted; ) {
    const { records, ended } = await reader.read(PAGE, signal);
    const place = (sequenceNumber: string): ChangePlace => ({ shardId, sequenceNumber });
    const messages = records.map((record) => ({
      ...{ key: record.key, value: recordText(record, stream), timestampMs: record.event.occurredAtMs },
      place: place(record.event.position.sequenceNumber),
    }));
    if (messages.length > 0) await activity.during('publishing changes', () => topic.write(messages));
    isEnded = ended;
  }
}
