import type { MetricsName } from '@aws-sdk/client-kinesis';
import { type Arn, asArn, formatArn, parseArn, type Scope } from '../../../src/core/arn.ts';
import { HOUR } from '../../../src/core/clock.ts';
import type { Consumer } from '../consumers/consumer.ts';
import { isOpen, type Shard } from '../shards/shard.ts';

/** How a stream's capacity is chosen. */
export type StreamMode = 'PROVISIONED' | 'ON_DEMAND';

/** Statuses that pass. */
export type PassingStatus = 'CREATING' | 'UPDATING' | 'DELETING';

/** A stream as the registry keeps it. */
export interface Stream extends Scope {
  readonly name: string;
  readonly arn: Arn;
  /** Tells it from an earlier stream of the same name. */
  readonly id: string;
  readonly createdAtMs: number;
  readonly mode: StreamMode;
  readonly retentionHours: number;
  readonly maxRecordKiB: number;
  readonly warmThroughputMiBps?: number | undefined;
  /** Kept for clients to see; nothing is encrypted. */
  readonly encryptionKeyId?: string | undefined;
  /** Shard-level metrics that were asked for; none is made. */
  readonly metrics: readonly MetricsName[];
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: string | undefined;
  /** By number; closed ones go once their last record has expired. */
  readonly shards: readonly Shard[];
  /** The number that the next shard gets. */
  readonly nextShardIndex: number;
  readonly consumers: readonly Consumer[];
  /** Its status until then; afterwards it is active, or gone if it was deleted. */
  readonly passing?: { readonly status: PassingStatus; readonly untilMs: number } | undefined;
  /** When its mode and its number of shards were changed lately: both may be only so often. */
  readonly modeChangesAtMs: readonly number[];
  readonly countChangesAtMs: readonly number[];
}

/** The log of a stream's records: a stream that is created again under its name begins another one. */
export const logOf = ({ arn, id }: Stream): Arn => asArn(`${arn}:${id}`);

/** Key prefix of all streams in the registry. */
export const STREAMS = 'kinesis/';

/** A stream's key in the registry. */
export function streamKey({ account, region }: Scope, name: string): string {
  return `${STREAMS}${account}/${region}/${name}`;
}

/** The ARN of a stream of that name. */
export function streamArn({ account, region }: Scope, name: string): Arn {
  return formatArn({ service: 'kinesis', region, account, resource: `stream/${name}` });
}

/** Scope and names in the ARN of a stream or of one of its consumers; `undefined` when it is neither. */
export function streamOfArn(
  arn: string,
): (Scope & { readonly name: string; readonly consumer?: string | undefined }) | undefined {
  const parts = parseArn(arn);
  if (parts?.service !== 'kinesis') return undefined;
  const [kind, name, within, consumer] = parts.resource.split('/');
  if (kind !== 'stream' || !name || (within !== undefined && within !== 'consumer')) return undefined;
  const { account, region } = parts;
  return { account, region, name, ...(consumer !== undefined && { consumer }) };
}

/** The stream in its own ARN or in that of a consumer. */
export const streamArnIn = (arn: string): Arn => asArn(arn.split('/consumer/')[0] ?? arn);

/** `undefined` once a deleted stream is gone. */
export function statusOf({ passing }: Stream, nowMs: number): PassingStatus | 'ACTIVE' | undefined {
  if (passing && nowMs < passing.untilMs) return passing.status;
  return passing?.status === 'DELETING' ? undefined : 'ACTIVE';
}

/** How long it keeps a record. */
export const retentionMsOf = ({ retentionHours }: Stream): number => retentionHours * HOUR;

interface ShardMap {
  readonly byIndex: ReadonlyMap<number, Shard>;
  /** Open shards by their first hash key. */
  readonly open: readonly Shard[];
}

const maps = new WeakMap<readonly Shard[], ShardMap>();

function mapOf({ shards }: Stream): ShardMap {
  let map = maps.get(shards);
  if (!map) {
    const open = shards.filter(isOpen).sort((a, b) => (a.firstHash < b.firstHash ? -1 : 1));
    map = { open, byIndex: new Map(shards.map((shard) => [shard.index, shard])) };
    maps.set(shards, map);
  }
  return map;
}

/** The shard of that number, if it is left. */
export const shardAt = (stream: Stream, index: number): Shard | undefined => mapOf(stream).byIndex.get(index);

/** The shards that take records, by their hash keys. */
export const openShards = (stream: Stream): readonly Shard[] => mapOf(stream).open;

/** The shard that takes records with this hash key. */
export function shardFor(stream: Stream, hash: string): Shard {
  const { open } = mapOf(stream);
  let low = 0;
  let high = open.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((open[middle]?.firstHash ?? '') <= hash) low = middle;
    else high = middle - 1;
  }
  const found = open[low];
  if (!found) throw new Error(`${stream.arn} has no open shard`);
  return found;
}
