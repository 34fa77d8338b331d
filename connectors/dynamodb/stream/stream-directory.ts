import type { Activity } from '../../../src/core/activity.ts';
import type { Arn, Scope } from '../../../src/core/arn.ts';
import { asArn } from '../../../src/core/arn.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { StreamViewType } from '../../../src/core/dynamodb-change.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import type { ChangeLog } from '../../../src/core/ports/table-store.ts';
import { createListeners } from '../../../src/core/waiting/listeners.ts';
import { oneAtATime } from '../../../src/core/waiting/one-at-a-time.ts';
import { DYNAMODB, type Table } from '../table/table.ts';
import type { TableDirectory } from '../table/table-directory.ts';
import { isForgotten, newestShard, type Shard, type Stream, streamKey, withoutOldShards } from './stream.ts';

/** All streams' definitions; their changes are in the change log, a partition for each shard. */
export interface StreamDirectory {
  /** The stream of that ARN, with the shards that are left; `undefined` when there is none, or no more. */
  find(arn: string): Promise<Stream | undefined>;
  /** The streams of one account and region in order of their ARNs. */
  list(scope: Scope): Promise<readonly Stream[]>;
  create(table: Table, viewType: StreamViewType): Promise<Stream>;
  /** Closes the stream's last shard. What is there can be read for a day. */
  disable(arn: Arn): Promise<void>;
  /** Goes on in a new shard: from the next commit on. */
  roll(arn: Arn): void;
  /** Changes what is known of a stream, after all changes before; one that is gone stays gone. */
  change(arn: string, make: (current: Stream) => Stream): Promise<void>;
  /** Forgets the stream and its changes. */
  remove(stream: Stream): Promise<void>;
  /** What is known at this instant, without waiting. */
  known(): Iterable<Stream>;
  peek(arn: Arn): Stream | undefined;
  /** Calls `changed` after a shard came or was closed. Disposing ends it. */
  onChange(arn: Arn, changed: () => void): Disposable;
}

/** The directory over a registry and a change log, which it keeps in step. */
export function createStreamDirectory(options: {
  readonly changes: ChangeLog;
  readonly tables: TableDirectory;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly activity: Activity;
}): StreamDirectory {
  const { changes, tables, registry, clock, activity } = options;
  const streams = new Map<string, Stream>();
  const listeners = createListeners<Arn>();
  const rolling = new Map<Arn, Promise<void>>();
  const closing = new Set<Arn>();

  const write = async (stream: Stream) => {
    await registry.put(streamKey(stream), stream);
    streams.set(stream.arn, stream);
  };
  const inTurn = oneAtATime();
  const change = (arn: string, make: (current: Stream) => Stream) =>
    inTurn(async () => {
      const current = streams.get(arn);
      if (current) await write(make(current));
    });
  const closeShard = async (arn: Arn, next: { readonly child?: Shard; readonly disabledAtMs?: number }) => {
    const { child, ...rest } = next;
    await change(arn, (stream) => {
      const last = { ...newestShard(stream), endedAtMs: clock.nowMs() };
      return { ...stream, ...rest, shards: [...stream.shards.slice(0, -1), last, ...(child ? [child] : [])] };
    });
    listeners.tell(arn);
  };
  /** Its log has a partition more than it has shards: what commits were on their way lies there, and nobody reads it. */
  const disable = async (arn: Arn) => {
    closing.add(arn);
    try {
      await rolling.get(arn);
      const stream = streams.get(arn);
      if (!stream || stream.disabledAtMs !== undefined) return;
      await changes.grow(arn, newestShard(stream).index + 2);
      await closeShard(arn, { disabledAtMs: clock.nowMs() });
    } finally {
      closing.delete(arn);
    }
  };
  /** The new partition is there when this returns; its shard is told of once nothing can come to the one before. */
  const openShard = async (arn: Arn, index: number) => {
    await changes.grow(arn, index + 1);
    await closeShard(arn, { child: { index, startedAtMs: clock.nowMs() } });
  };
  const loaded = activity.during('loading streams', async () => {
    for (const { key, value } of await registry.list<Stream>(DYNAMODB)) {
      if (!/^[^/]+\/[^/]+\/[^/]+\/stream\//.test(key)) continue;
      streams.set(value.arn, withShards(value, await changes.partitions(value.arn), clock.nowMs()));
    }
    for (const stream of streams.values()) if (!(await isWritten(tables, stream))) await disable(stream.arn);
  });

  return {
    async find(arn) {
      await loaded;
      const found = streams.get(arn);
      const nowMs = clock.nowMs();
      return found && !isForgotten(found, nowMs) ? withoutOldShards(found, nowMs) : undefined;
    },
    async list({ account, region }) {
      await loaded;
      const nowMs = clock.nowMs();
      return [...streams.values()]
        .filter((stream) => stream.account === account && stream.region === region && !isForgotten(stream, nowMs))
        .sort((a, b) => (a.arn < b.arn ? -1 : 1));
    },
    async create(table, viewType) {
      await loaded;
      const createdAtMs = freeInstant(table, clock.nowMs(), streams);
      const { account, region, name, key } = table;
      const label = labelOf(createdAtMs);
      const arn = streamArn(table, label);
      const shards = [{ index: 0, startedAtMs: createdAtMs }];
      const place = { account, region, tableName: name, tableArn: table.arn };
      const stream = { ...place, arn, label, key, viewType, createdAtMs, shards };
      await changes.create(arn);
      await write(stream);
      return stream;
    },
    disable,
    roll(arn) {
      const stream = streams.get(arn);
      if (!stream || stream.disabledAtMs !== undefined || rolling.has(arn) || closing.has(arn)) return;
      const rolled = activity.during('opening a new shard', () => openShard(arn, newestShard(stream).index + 1));
      // A stream that was removed meanwhile needs no shard.
      const settled = rolled.catch(() => {}).finally(() => rolling.delete(arn));
      rolling.set(arn, settled);
    },
    change,
    remove: (stream) =>
      inTurn(async () => {
        streams.delete(stream.arn);
        await registry.remove(streamKey(stream));
        await changes.drop(stream.arn);
      }),
    known: () => streams.values(),
    peek: (arn) => streams.get(arn),
    onChange: listeners.add,
  };
}

/** The process may have ended after a partition was added and before its shard was written down. */
function withShards(stream: Stream, partitions: number, nowMs: number): Stream {
  const { index } = newestShard(stream);
  if (stream.disabledAtMs !== undefined || partitions <= index + 1) return stream;
  const added = Array.from({ length: partitions - index - 1 }, (_, place) => ({
    index: index + 1 + place,
    startedAtMs: nowMs,
  }));
  const closed = [...stream.shards, ...added.slice(0, -1)].map((shard) => ({ endedAtMs: nowMs, ...shard }));
  return { ...stream, shards: [...closed, ...added.slice(-1)] };
}

/** Whether the stream's table still writes to it. */
async function isWritten(
  tables: TableDirectory,
  { arn, tableArn, account, region, disabledAtMs }: Stream,
): Promise<boolean> {
  if (disabledAtMs !== undefined) return true;
  const table = await tables.find({ account, region }, tableArn);
  return table?.stream?.arn === arn && table.stream.enabled;
}

/** Labels tell streams of a table apart, also such as are made within one millisecond. */
function freeInstant(table: Table, nowMs: number, streams: ReadonlyMap<string, Stream>): number {
  let atMs = nowMs;
  while (streams.has(streamArn(table, labelOf(atMs)))) atMs += 1;
  return atMs;
}

const streamArn = (table: Table, label: string): Arn => asArn(`${table.arn}/stream/${label}`);

/** `2026-11-21T08:16:41.912`. */
const labelOf = (atMs: number) => new Date(atMs).toISOString().slice(0, -1);
