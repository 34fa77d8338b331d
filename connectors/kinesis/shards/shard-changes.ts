import { openShards, type Stream, shardFor } from '../stream/stream.ts';
import { HASH_KEYS, hashKey, hashKeyValue } from './hash-key.ts';
import { adjoins, type Shard } from './shard.ts';

/** Shards that cut the hash keys into even parts. */
export function firstShards(count: number, nowMs: number): readonly Shard[] {
  const epochSeconds = Math.floor(nowMs / 1000);
  return evenCuts(count).map((firstHash, index, cuts) => ({
    ...{ index, firstHash, epochSeconds, createdAtMs: nowMs, parents: [] },
    lastHash: before(cuts[index + 1]),
  }));
}

/** Closes the shard; one child begins where it began, the other at that hash key. */
export function split(stream: Stream, shard: Shard, at: string, nowMs: number): Stream {
  const ranges = [
    { firstHash: shard.firstHash, lastHash: before(at) },
    { firstHash: at, lastHash: shard.lastHash },
  ];
  return replace(stream, [shard], ranges, nowMs);
}

/** Closes two shards that adjoin; their child has the hash keys of both. */
export function merge(stream: Stream, lower: Shard, upper: Shard, nowMs: number): Stream {
  return replace(stream, [lower, upper], [{ firstHash: lower.firstHash, lastHash: upper.lastHash }], nowMs);
}

/**
 * Splits and merges until there are that many shards, all even. As on AWS shards come and go on the way.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
 */
export function rescale(stream: Stream, count: number, nowMs: number): Stream {
  const cuts = evenCuts(count);
  let result = stream;
  for (const cut of cuts) {
    const shard = shardFor(result, cut);
    if (shard.firstHash !== cut) result = split(result, shard, cut, nowMs);
  }
  const starts = new Set(cuts);
  for (;;) {
    const open = openShards(result);
    const upper = open.findIndex(({ firstHash }) => !starts.has(firstHash));
    const pair = [open[upper - 1], open[upper]] as const;
    if (!pair[0] || !pair[1] || !adjoins(pair[0], pair[1])) return result;
    result = merge(result, pair[0], pair[1], nowMs);
  }
}

function replace(
  stream: Stream,
  closing: readonly Shard[],
  ranges: readonly Pick<Shard, 'firstHash' | 'lastHash'>[],
  nowMs: number,
): Stream {
  const epochs = closing.map((shard) => shard.epochSeconds + 1);
  const epochSeconds = Math.max(Math.floor(nowMs / 1000), ...epochs);
  const children = ranges.map((range, each) => ({
    ...{ ...range, index: stream.nextShardIndex + each, epochSeconds, createdAtMs: nowMs },
    parents: closing.map(({ index }) => index),
  }));
  const left = stream.shards.map((shard) => (closing.includes(shard) ? { ...shard, closedAtMs: nowMs } : shard));
  return { ...stream, shards: [...left, ...children], nextShardIndex: stream.nextShardIndex + children.length };
}

/** The hash key at which each part begins. */
function evenCuts(count: number): readonly string[] {
  const width = HASH_KEYS / BigInt(count);
  return Array.from({ length: count }, (_, index) => hashKey(width * BigInt(index)));
}

/** The hash key before this one; the last there is when there is none. */
const before = (key: string | undefined) => hashKey((key === undefined ? HASH_KEYS : hashKeyValue(key)) - 1n);
