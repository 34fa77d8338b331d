import { createHash } from 'node:crypto';
import type { Arn, Scope } from '../../../src/core/arn.ts';
import { parseArn } from '../../../src/core/arn.ts';
import { DAY } from '../../../src/core/clock.ts';
import type { StreamViewType } from '../../../src/core/records/dynamodb-change.ts';
import { DYNAMODB, type KeySchema, type ResourcePolicy } from '../table/table.ts';

/**
 * One stream of a table. A table may have had several; a disabled one can still be read for a day.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
export interface Stream extends Scope {
  readonly arn: Arn;
  readonly label: string;
  readonly tableName: string;
  readonly tableArn: Arn;
  readonly key: KeySchema;
  readonly viewType: StreamViewType;
  readonly createdAtMs: number;
  readonly disabledAtMs?: number | undefined;
  /** In order; each is the parent of the next. The oldest may be gone. */
  readonly shards: readonly Shard[];
  readonly policy?: ResourcePolicy | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** A stretch of a stream: one partition of its log. */
export interface Shard {
  readonly index: number;
  readonly startedAtMs: number;
  /** Once it is closed. */
  readonly endedAtMs?: number | undefined;
}

/** How long a change can be read, and a disabled stream. */
export const RETENTION_MS = DAY;

const SHARD_DIGITS = 20;

/** Begins the keys under which the registry keeps streams. */
export function streamsKey({ account, region }: Scope): string {
  return `${DYNAMODB}${account}/${region}/stream/`;
}

/** Where the registry keeps a stream. */
export function streamKey(stream: Pick<Stream, 'account' | 'region' | 'tableName' | 'label'>): string {
  return `${streamsKey(stream)}${stream.tableName}/${stream.label}`;
}

/** Where the registry keeps the stream of that ARN; `undefined` when it is none of a stream. */
export function streamKeyOf(arn: string): string | undefined {
  const parts = parseArn(arn);
  const [, tableName, label] = /^table\/([^/]+)\/stream\/([^/]+)$/.exec(parts?.resource ?? '') ?? [];
  if (parts?.service !== 'dynamodb' || !tableName || !label) return undefined;
  return streamKey({ ...parts, tableName, label });
}

/** Whether an ARN names a stream of a table, be there one or not. */
export function isStreamArn(arn: string): boolean {
  return streamKeyOf(arn) !== undefined;
}

/** The shard's name: digits that grow from parent to child, and some that tell streams apart. */
export function shardId({ arn, createdAtMs }: Pick<Stream, 'arn' | 'createdAtMs'>, index: number): string {
  const suffix = createHash('sha256').update(`${arn} ${index}`).digest('hex').slice(0, 8);
  return `shardId-${String(createdAtMs + index).padStart(SHARD_DIGITS, '0')}-${suffix}`;
}

/** The names of the shards that a shard continues. */
export function parentIds(stream: Stream, { index }: Shard): readonly string[] {
  return index > 0 ? [shardId(stream, index - 1)] : [];
}

/** The stream's shard of that name; `undefined` when there is none, or no more. */
export function findShard(stream: Stream, id: string): Shard | undefined {
  return stream.shards.find(({ index }) => shardId(stream, index) === id);
}

/** The shard that changes go to, or went to last. */
export function newestShard({ shards }: Stream): Shard {
  return shards[shards.length - 1] as Shard;
}

/** Whether a day has passed since the stream was disabled: it is no more. */
export function isForgotten({ disabledAtMs }: Stream, nowMs: number): boolean {
  return disabledAtMs !== undefined && nowMs >= disabledAtMs + RETENTION_MS;
}

/** The stream without shards that were closed a day ago. The newest stays: a stream always has one. */
export function withoutOldShards(stream: Stream, nowMs: number): Stream {
  const isOld = ({ endedAtMs }: Shard) => endedAtMs !== undefined && nowMs >= endedAtMs + RETENTION_MS;
  const shards = stream.shards.filter((shard, place, { length }) => place === length - 1 || !isOld(shard));
  return shards.length === stream.shards.length ? stream : { ...stream, shards };
}

/** The stream with a shard for each partition of its log; those before the newest are closed. A disabled one gets none. */
export function withPartitions(stream: Stream, partitions: number, nowMs: number): Stream {
  const { index } = newestShard(stream);
  if (stream.disabledAtMs !== undefined || partitions <= index + 1) return stream;
  const added = Array.from({ length: partitions - index - 1 }, (_, place) => ({
    index: index + 1 + place,
    startedAtMs: nowMs,
  }));
  const closed = [...stream.shards, ...added.slice(0, -1)].map((shard) => ({ endedAtMs: nowMs, ...shard }));
  return { ...stream, shards: [...closed, ...added.slice(-1)] };
}

/** The stream with all its shards closed, of which there is one for each partition of its log. */
export function closedStream(stream: Stream, partitions: number, nowMs: number): Stream {
  if (stream.disabledAtMs !== undefined) return stream;
  const { shards } = withPartitions(stream, partitions, nowMs);
  return { ...stream, disabledAtMs: nowMs, shards: shards.map((shard) => ({ endedAtMs: nowMs, ...shard })) };
}
