import { openShards, type Stream } from '../stream/stream.ts';
import { HASH_KEYS, hashKey, hashKeyValue } from './hash-key.ts';
import type { Shard } from './shard.ts';

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
  const work = openWork(stream, nowMs);
  work.split(shard, at);
  return work.done();
}

/** Closes two shards that adjoin; their child has the hash keys of both. */
export function merge(stream: Stream, lower: Shard, upper: Shard, nowMs: number): Stream {
  const work = openWork(stream, nowMs);
  work.merge(lower, upper);
  return work.done();
}

/**
 * Splits and merges until there are that many shards, all even. As on AWS shards come and go on the way.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
 */
export function rescale(stream: Stream, count: number, nowMs: number): Stream {
  const work = openWork(stream, nowMs);
  const cuts = evenCuts(count);
  const merged: Shard[] = [];
  const starts = new Set(cuts);
  for (const shard of splitAtAll(work, openShards(stream), cuts)) {
    const lower = starts.has(shard.firstHash) ? undefined : merged.pop();
    merged.push(lower ? work.merge(lower, shard) : shard);
  }
  return work.done();
}

/** The shards by their hash keys, none of them with a cut inside. */
function splitAtAll(work: Work, shards: readonly Shard[], cuts: readonly string[]): readonly Shard[] {
  const parts: Shard[] = [];
  let next = 0;
  for (const shard of shards) {
    let rest = shard;
    for (let cut = cuts[next]; cut !== undefined && cut <= rest.lastHash; cut = cuts[next]) {
      next += 1;
      if (cut === rest.firstHash) continue;
      const [lower, upper] = work.split(rest, cut);
      parts.push(lower);
      rest = upper;
    }
    parts.push(rest);
  }
  return parts;
}

/** One change of a stream's shards, step by step: what it costs must not grow with the shards at each step. */
interface Work {
  split(shard: Shard, at: string): readonly [lower: Shard, upper: Shard];
  merge(lower: Shard, upper: Shard): Shard;
  /** The stream as the steps left it. */
  done(): Stream;
}

function openWork(stream: Stream, nowMs: number): Work {
  const shards = new Map(stream.shards.map((shard) => [shard.index, shard]));
  let { nextShardIndex } = stream;
  const close = (shard: Shard) => shards.set(shard.index, { ...shard, closedAtMs: nowMs });
  const add = (parents: readonly Shard[], firstHash: string, lastHash: string): Shard => {
    const child = {
      ...{ index: nextShardIndex, firstHash, lastHash, createdAtMs: nowMs },
      epochSeconds: Math.max(Math.floor(nowMs / 1000), ...parents.map((parent) => parent.epochSeconds + 1)),
      parents: parents.map(({ index }) => index),
    };
    shards.set(child.index, child);
    nextShardIndex += 1;
    return child;
  };
  return {
    split(shard, at) {
      close(shard);
      return [add([shard], shard.firstHash, before(at)), add([shard], at, shard.lastHash)];
    },
    merge(lower, upper) {
      close(lower);
      close(upper);
      return add([lower, upper], lower.firstHash, upper.lastHash);
    },
    done: () => ({ ...stream, shards: [...shards.values()], nextShardIndex }),
  };
}

/** The hash key at which each part begins. */
function evenCuts(count: number): readonly string[] {
  const width = HASH_KEYS / BigInt(count);
  return Array.from({ length: count }, (_, index) => hashKey(width * BigInt(index)));
}

/** The hash key before this one; the last there is when there is none. */
const before = (key: string | undefined) => hashKey((key === undefined ? HASH_KEYS : hashKeyValue(key)) - 1n);
