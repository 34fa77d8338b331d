import type { Activity } from '../../../src/core/activity.ts';
import type { Arn, Scope } from '../../../src/core/arn.ts';
import { asArn } from '../../../src/core/arn.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import type { ChangeLog } from '../../../src/core/ports/table-store.ts';
import type { StreamViewType } from '../../../src/core/records/dynamodb-change.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { untilDone } from '../../../src/core/waiting/until-done.ts';
import type { Table } from '../table/table.ts';
import { createKnownStreams } from './known-streams.ts';
import {
  closedStream,
  isForgotten,
  newestShard,
  type Stream,
  streamKey,
  streamKeyOf,
  streamsKey,
  withoutOldShards,
  withPartitions,
} from './stream.ts';

/** All streams' definitions, whichever process made them; their changes are in the change log, a partition for each shard. */
export interface StreamDirectory extends Disposable {
  /** The stream of that ARN, with the shards that are left; `undefined` when there is none, or no more. */
  find(arn: string): Promise<Stream | undefined>;
  /** The streams of one account and region in order of their ARNs. */
  list(scope: Scope): Promise<readonly Stream[]>;
  /** The caller holds its turn in the table directory. */
  create(table: Table, viewType: StreamViewType): Promise<Stream>;
  /** Closes the stream's last shard; nothing is written to it any more. What is there can be read for a day. */
  disable(arn: Arn): Promise<void>;
  /** Goes on in a new shard: from the next commit on. */
  roll(arn: Arn): void;
  /** Writes down shards whose partitions were added by a process that ended then. */
  mend(stream: Stream): Promise<void>;
  /** Changes what is known of a stream; one that is gone stays gone. */
  change(arn: string, make: (current: Stream) => Stream): Promise<void>;
  /** Forgets the stream and its changes. */
  remove(stream: Stream): Promise<void>;
  /** What this process knows at this instant, without waiting. */
  known(): readonly Stream[];
  peek(arn: Arn): Stream | undefined;
  /** Calls `changed` after a shard came or was closed. Disposing ends it. */
  onChange(arn: Arn, changed: () => void): Disposable;
  /** Resolves once this process knows the streams that were there when it started. */
  readonly loaded: Promise<unknown>;
}

/** The directory over a registry and a change log, which it keeps in step. */
export function createStreamDirectory(options: {
  readonly changes: ChangeLog;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly signal: AbortSignal;
}): StreamDirectory {
  const { changes, registry, clock, activity, signal } = options;
  const streams = createKnownStreams(options);
  const rolling = new Set<Arn>();

  const change = async (arn: string, make: (current: Stream) => Stream) => {
    const key = streamKeyOf(arn);
    if (key === undefined) return;
    await changeEntry<Stream>(registry, key, (current) => current && make(current));
    await streams.look(key);
  };
  /** Each is the same again when another process does it too. */
  const mend = async (arn: Arn, partitions: number) =>
    await change(arn, (stream) => withPartitions(stream, partitions, clock.nowMs()));
  /** The shard is told of once nothing can come to the one before. */
  const openShard = async (arn: Arn, index: number) => {
    await changes.grow(arn, index + 1);
    await mend(arn, index + 1);
  };

  return {
    loaded: streams.loaded,
    async find(arn) {
      await streams.loaded;
      const key = streamKeyOf(arn);
      const found = key === undefined ? undefined : await streams.look(key);
      const nowMs = clock.nowMs();
      return found && !isForgotten(found, nowMs) ? withoutOldShards(found, nowMs) : undefined;
    },
    async list(scope) {
      await streams.loaded;
      const nowMs = clock.nowMs();
      const found = await registry.list<Stream>(streamsKey(scope));
      return found
        .map(({ value }) => value)
        .filter((stream) => !isForgotten(stream, nowMs))
        .sort((a, b) => (a.arn < b.arn ? -1 : 1));
    },
    async create(table, viewType) {
      await streams.loaded;
      const { account, region, name, key } = table;
      const createdAtMs = await freeInstant(registry, table, clock.nowMs());
      const label = labelOf(createdAtMs);
      const arn = asArn(`${table.arn}/stream/${label}`);
      const shards = [{ index: 0, startedAtMs: createdAtMs }];
      const place = { account, region, tableName: name, tableArn: table.arn };
      const stream = { ...place, arn, label, key, viewType, createdAtMs, shards };
      await changes.create(arn);
      await registry.put(streamKey(stream), stream, 0);
      await streams.look(streamKey(stream));
      return stream;
    },
    async disable(arn) {
      const partitions = await changes.partitions(arn);
      await change(arn, (stream) => closedStream(stream, partitions, clock.nowMs()));
    },
    roll(arn) {
      const stream = streams.peek(arn);
      if (!stream || stream.disabledAtMs !== undefined || rolling.has(arn)) return;
      rolling.add(arn);
      const { index } = newestShard(stream);
      const open = () => untilDone(() => openShard(arn, index + 1), signal);
      // A stream that was removed meanwhile needs no shard.
      const rolled = activity.during('opening a new shard', open).catch(() => {});
      void rolled.finally(() => rolling.delete(arn));
    },
    mend: async ({ arn }) => await mend(arn, await changes.partitions(arn)),
    change,
    async remove(stream) {
      await registry.remove(streamKey(stream));
      await streams.look(streamKey(stream));
      await changes.drop(stream.arn);
    },
    known: streams.all,
    peek: streams.peek,
    onChange: streams.onChange,
    [Symbol.dispose]: () => streams[Symbol.dispose](),
  };
}

/** Labels tell streams of a table apart, also such as are made within one millisecond. */
async function freeInstant(registry: Registry, { account, region, name: tableName }: Table, nowMs: number) {
  let atMs = nowMs;
  while (await registry.get(streamKey({ account, region, tableName, label: labelOf(atMs) }))) atMs += 1;
  return atMs;
}

/** `2026-11-21T08:16:41.912`. */
const labelOf = (atMs: number) => new Date(atMs).toISOString().slice(0, -1);
