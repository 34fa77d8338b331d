import type { Arn } from '../../src/core/arn.ts';
import type { KinesisRecordEvent } from '../../src/core/kinesis-record.ts';
import type { LogRecord, StreamEntry } from '../../src/core/ports/event-log.ts';
import type { ShardPage, ShardReader, StreamRecord } from '../../src/core/source.ts';
import { countBehind, readShard } from './records/reading.ts';
import type { KinesisService } from './service.ts';
import { sequenceNumberAt } from './stream/sequence-number.ts';
import { type Shard, shardIdOf } from './stream/shard.ts';
import { type Stream, shardAt, streamArnIn } from './stream/stream.ts';

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
  const subscriptions = [
    log.onAppend(streamArn, index, wakes.wake),
    directory.onChange(streamArn, () => void activity.during('following a stream', refresh)),
  ];
  let stream: Stream | undefined = start.stream;
  let { offset } = start;
  let ended = false;

  const shardNow = () => stream && shardAt(stream, index);
  const refresh = async () => {
    const now = await directory.findArn(streamArn);
    stream = now?.id === start.stream.id ? now : undefined;
    wakes.wake();
  };
  const due = (): number => {
    const shard = shardNow();
    if (ended) return 0;
    if (!stream || !shard) return 1;
    const waiting = countBehind(parts, stream, shard, offset);
    return waiting === 0 && shard.endOffset !== undefined ? 1 : waiting;
  };
  const readNow = async (limits: Parameters<ShardReader['read']>[0]): Promise<ShardPage> => {
    const shard = shardNow();
    if (!stream || !shard) return { records: [], ended: true, lost: 0 };
    const page = await readShard(parts, stream, shard, offset, limits);
    offset = page.next;
    return { records: page.records.map((each) => recordOf(start, shard, each)), ended: page.ended, lost: page.lost };
  };

  return {
    get position() {
      return positionOf(start.stream, offset);
    },
    async read(limits, signal) {
      while (!signal.aborted) {
        if (due() === 0 && !ended) {
          await wakes.next(signal);
          continue;
        }
        const page = await readNow(limits);
        if (!page.ended && page.records.length === 0) continue;
        ended = page.ended;
        return page;
      }
      return { records: [], ended: false, lost: 0 };
    },
    due: () => ({ dueNow: due() }),
    [Symbol.dispose]() {
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
  { arn, stream }: ReaderStart,
  shard: Shard,
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
