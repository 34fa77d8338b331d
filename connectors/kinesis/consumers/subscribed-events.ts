import type { SubscribeToShardEvent, SubscribeToShardEventStream } from '@aws-sdk/client-kinesis';
import { realClock, SECOND } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { KinesisRecordEvent } from '../../../src/core/records/kinesis-record.ts';
import type { ShardReader } from '../../../src/core/source.ts';
import { untilDone } from '../../../src/core/waiting/until-done.ts';
import { consumerNotFound, streamNotFound } from '../errors.ts';
import { recordOutput } from '../records/record-output.ts';
import type { KinesisService } from '../service.ts';
import { createShardReader, offsetOfPosition, type ReaderStart } from '../shard-reader.ts';
import { sequenceNumberAt } from '../shards/sequence-number.ts';
import { childShards } from '../shards/shard.ts';
import type { Subscription } from './subscriptions.ts';

/** An event without records follows a silence of this length, so that the client knows its connection to be alive. */
const HEARTBEAT_MS = 5 * SECOND;
const LIMITS = { maxRecords: 10_000, maxBytes: 2 * 2 ** 20 };

/** What a consumer is sent, until the subscription or the shard is at its end. */
export async function* subscribedEvents(
  service: KinesisService,
  start: ReaderStart,
  subscription: Subscription,
): AsyncGenerator<SubscribeToShardEventStream> {
  using _subscription = subscription;
  using _watch = endWithConsumer(service, start, subscription);
  using reader = createShardReader(service, start);
  while (!subscription.signal.aborted) {
    const { records, ended } = await readOrBeat(reader, subscription.signal);
    if (subscription.signal.aborted) break;
    const events = records.map(({ event }) => event as KinesisRecordEvent);
    if (events.length > 0 || !ended) yield { SubscribeToShardEvent: eventOf(service, start, reader, events) };
    if (!ended) continue;
    yield { SubscribeToShardEvent: await lastEvent(service, start) };
    return;
  }
  if (subscription.signal.reason instanceof ServiceError) throw subscription.signal.reason;
}

/** The next records, or none after a silence. The client's connection lives in real time, whatever clock was chosen. */
async function readOrBeat(reader: ShardReader, signal: AbortSignal) {
  const beat = new AbortController();
  using _timer = realClock.setTimer(HEARTBEAT_MS, () => beat.abort());
  return await reader.read(LIMITS, AbortSignal.any([signal, beat.signal]));
}

function eventOf(
  { clock }: KinesisService,
  { stream, shard }: ReaderStart,
  reader: ShardReader,
  events: readonly KinesisRecordEvent[],
): SubscribeToShardEvent {
  const nowMs = clock.nowMs();
  const last = events.at(-1);
  const before = offsetOfPosition(stream, reader.position) - 1;
  return {
    Records: events.map(({ position, detail }) => recordOutput(stream, position?.sequenceNumber ?? '', detail)),
    ContinuationSequenceNumber: last?.position?.sequenceNumber ?? sequenceNumberAt(shard, before, nowMs),
    MillisBehindLatest: last && reader.due().dueNow > 0 ? nowMs - last.detail.arrivedAtMs : 0,
  };
}

/** The end of a closed shard: nothing to go on from but its children. */
async function lastEvent(
  { directory }: KinesisService,
  { stream, shard }: ReaderStart,
): Promise<SubscribeToShardEvent> {
  const now = await directory.findArn(stream.arn);
  if (now?.id !== stream.id) throw streamNotFound(stream);
  return {
    Records: [],
    ContinuationSequenceNumber: undefined,
    MillisBehindLatest: 0,
    ChildShards: childShards(now.shards, shard),
  };
}

/** A consumer that is no longer registered, or whose stream is gone, is sent nothing more. */
function endWithConsumer(
  { directory, activity }: KinesisService,
  { arn, stream }: ReaderStart,
  subscription: Subscription,
): Disposable {
  const check = async () => {
    const now = await directory.findArn(stream.arn);
    if (now?.id !== stream.id) return subscription.fail(streamNotFound(stream));
    const registered = now.consumers.some((consumer) => consumer.arn === arn);
    if (!registered) subscription.fail(consumerNotFound(arn, stream.account));
  };
  const follow = () => activity.start('following a consumer', () => untilDone(check, subscription.signal));
  follow();
  return directory.onChange(stream.arn, follow);
}
