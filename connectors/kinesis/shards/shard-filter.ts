import { invalidArgument } from '../errors.ts';
import { listedShards } from '../records/retention.ts';
import { retentionMsOf, type Stream } from '../stream/stream.ts';
import { isOpen, type Shard, shardIdOf } from './shard.ts';

/** Which shards are wanted. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html */
export interface ShardSelection {
  readonly type?: string | undefined;
  readonly shardId?: string | undefined;
  readonly timestampMs?: number | undefined;
}

/** The shards of a stream that are listed and wanted. */
export function selectShards(stream: Stream, selection: ShardSelection, nowMs: number): readonly Shard[] {
  const shards = listedShards(stream, nowMs);
  switch (selection.type) {
    case 'AFTER_SHARD_ID': {
      const { shardId } = selection;
      if (shardId === undefined) throw missing('ShardId', selection.type);
      return shards.filter(({ index }) => shardIdOf(index) > shardId);
    }
    case 'AT_LATEST':
      return shards.filter(isOpen);
    case 'AT_TRIM_HORIZON':
      return shards.filter(openAt(Math.max(stream.createdAtMs, nowMs - retentionMsOf(stream))));
    case 'AT_TIMESTAMP':
      return shards.filter(openAt(timestampOf(stream, selection)));
    case 'FROM_TIMESTAMP': {
      const sinceMs = timestampOf(stream, selection);
      return shards.filter(({ closedAtMs }) => closedAtMs === undefined || closedAtMs >= sinceMs);
    }
    default:
      return shards;
  }
}

const openAt =
  (atMs: number) =>
  ({ createdAtMs, closedAtMs = Number.POSITIVE_INFINITY }: Shard): boolean =>
    createdAtMs <= atMs && closedAtMs > atMs;

function timestampOf({ createdAtMs }: Stream, { type, timestampMs }: ShardSelection): number {
  if (timestampMs === undefined) throw missing('Timestamp', type);
  return Math.max(timestampMs, createdAtMs);
}

const missing = (member: string, type: string | undefined) =>
  invalidArgument(`${member} must be specified in a ShardFilter of type ${type}.`);
