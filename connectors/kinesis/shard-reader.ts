import type { Arn } from '../../src/core/arn.ts';
import type { LogRecord, StreamEntry } from '../../src/core/ports/event-log.ts';
import type { KinesisRecordEvent } from '../../src/core/records/kinesis-record.ts';
import type { ShardReader, StreamRecord } from '../../src/core/source.ts';
import { untilDone } from '../../src/core/waiting/until-done.ts';
import { countBehind, type Page, readShard } from './records/reading.ts';
import type { KinesisService } from './service.ts';
import { sequenceNumberAt } from './shards/sequence-number.ts';
import { isClosing, type Shard, shardIdOf } from './shards/shard.ts';
import { logOf, type Stream, shardAt, streamArnIn } from './stream/stream.ts';

/** What a reader works on. */
export type ReaderParts = Pick<KinesisService, 'directory' | 'log' | 'retention' | 'activity'>;

/** Where a reader begins. */
export interface ReaderStart {
  /** The stream's or a consumer's; its events name it as their source. */
  readonly arn: Arn;
  readonly stream: Stream;
  readonly shard: Shard;
  readonly offset: number;
}

/** Reads one shard in order, from wherever its log is kept. A stream that is deleted ends its readers. */
export function createShardReader(parts: ReaderParts, start: ReaderStart): ShardReader {
  const { directory, log, activity } = parts;
  const {
    arn,
    shard: { index },
  } = start;
  const streamArn = streamArnIn(arn);
  const wakes = createWakeUp();
  let stream: Stream | undefined = start.stream;
  let { offset } = start;
  let ended = false;

  const shardNow = () => stream && shardAt(stream, index);
  const refresh = async () => {
    const now = await directory.findArn(streamArn);
    stream = now?.id === start.stream.id ? now : undefined;
    const shard = shardNow();
    // Whoever closes it may have been killed before the end was settled.
    if (stream && shard && isClosing(shard)) stream = await directory.settleClosed(stream);
    wakes.wake();
  };
  const closing = new AbortController();
  const follow = () => activity.start('following a stream', () => untilDone(refresh, closing.signal));
  const subscriptions = [log.onAppend(logOf(start.stream), index, wakes.wake), directory.onChange(streamArn, follow)];
  // The stream may have changed since it was looked up.
  follow();
  const due = (): number => {
    const shard = shardNow();
    if (ended) return 0;
    if (!stream || !shard) return 1;
    const waiting = countBehind(parts, stream, shard, offset);
    return waiting === 0 && shard.endOffset !== undefined ? 1 : waiting;
  };
  const readNow = async (limits: Parameters<ShardReader['read']>[0]): Promise<Page> => {
    const shard = shardNow();
    if (!stream || !shard) return { records: [], next: offset, ended: true, lost: 0 };
    return await readShard(parts, stream, shard, offset, limits);
  };

  return {
    get position() {
      return positionOf(start.stream, offset);
    },
    async read(limits, signal) {
      while (!signal.aborted) {
        if (due() === 0 && !ended) {
          await wakes.next(signal);
          // Woken without anything to read: the log may be away, and says so when it is asked.
          if (due() === 0 && !signal.aborted) await log.bounds(logOf(start.stream), index);
          continue;
        }
        const page = await readNow(limits);
        if (signal.aborted) break;
        offset = page.next;
        ended = page.ended;
        if (!ended && page.records.length === 0) continue;
        return { records: page.records.map((each) => recordOf(start, each)), ended, lost: page.lost };
      }
      return { records: [], ended: false, lost: 0 };
    },
    due: () => ({ dueNow: due() }),
    [Symbol.dispose]() {
      closing.abort();
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
    },
  };
}

/** A place in a shard as text: of which stream, in case it is replaced by one of the same name, and where. */
export const positionOf = ({ id }: Stream, offset: number): string => `${id}/${offset}`;

/** The offset that a position stands for; the beginning where it is of an earlier stream. */
export function offsetOfPosition({ id }: Stream, position: string): number {
  const [of, offset] = position.split('/');
  return of === id ? Number(offset) : 0;
}

/** A record of the log as mappings take it. */
function recordOf(
  { arn, stream, shard }: ReaderStart,
  { offset, arrivedAtMs, entry: { partitionKey, data } }: LogRecord<StreamEntry>,
): StreamRecord {
  const position = {
    shardId: shardIdOf(shard.index),
    sequenceNumber: sequenceNumberAt(shard, offset, arrivedAtMs),
  };
  const event = {
    id: `${position.shardId}:${position.sequenceNumber}`,
    source: 'kinesis',
    sourceArn: arn,
    name: 'aws:kinesis:record',
    occurredAtMs: arrivedAtMs,
    position,
    detail: { partitionKey, data, arrivedAtMs },
  } satisfies KinesisRecordEvent;
  return { event, key: partitionKey, positionAfter: positionOf(stream, offset + 1) };
}

/** One waits, others wake: whoever waits is woken once by whatever comes first, an abort too. */
function createWakeUp() {
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const resolve of [...waiting]) resolve();
  };
  return {
    wake,
    next: (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        const done = () => {
          waiting.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        waiting.add(done);
        signal.addEventListener('abort', done, { once: true });
      }),
  };
}
