import { decimalOf } from './hash-key.ts';
import { endingSequenceNumber, startingSequenceNumber } from './sequence-number.ts';

/** A shard as the registry keeps it. */
export interface Shard {
  /** Its number in the stream, never given twice, and its partition of the log. */
  readonly index: number;
  /** First and last hash key, inclusive. */
  readonly firstHash: string;
  readonly lastHash: string;
  /** The second that its sequence numbers begin with; later than that of its parents. */
  readonly epochSeconds: number;
  readonly createdAtMs: number;
  /** None, the shard it was split from, or the two it was merged from. */
  readonly parents: readonly number[];
  /** When it stopped to take records. */
  readonly closedAtMs?: number;
  /** It has no record at or behind this offset of its log. Absent while it is open, and for an instant while it closes. */
  readonly endOffset?: number;
}

const PREFIX = 'shardId-';
const MAX_INDEX = 2 ** 31 - 1;

/** `shardId-` and twelve digits. */
export const shardIdOf = (index: number): string => PREFIX + String(index).padStart(12, '0');

/** The number in a shard id; `undefined` when it cannot be one. AWS takes the number alone, too. */
export function shardIndexOf(shardId: string): number | undefined {
  const digits = shardId.split('-')[1] || shardId;
  const index = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  return index <= MAX_INDEX ? index : undefined;
}

/** Whether records can be put into it. */
export const isOpen = (shard: Shard): boolean => shard.closedAtMs === undefined;

/** Whether it takes no more records, but where it ends is not settled yet. */
export const isClosing = (shard: Shard): boolean => !isOpen(shard) && shard.endOffset === undefined;

/** Whether its hash keys begin right behind those of the other. */
export function adjoins(lower: Shard, upper: Shard): boolean {
  return BigInt(`0x${lower.lastHash}`) + 1n === BigInt(`0x${upper.firstHash}`);
}

/** The range as AWS writes it. */
export function hashKeyRange({ firstHash, lastHash }: Shard) {
  return { StartingHashKey: decimalOf(firstHash), EndingHashKey: decimalOf(lastHash) };
}

/** The shard as the API describes it; only a closed one has an end. */
export function shardOutput(shard: Shard) {
  const [parent, adjacent] = shard.parents;
  return {
    ShardId: shardIdOf(shard.index),
    ...(parent !== undefined && { ParentShardId: shardIdOf(parent) }),
    ...(adjacent !== undefined && { AdjacentParentShardId: shardIdOf(adjacent) }),
    HashKeyRange: hashKeyRange(shard),
    SequenceNumberRange: {
      StartingSequenceNumber: startingSequenceNumber(shard),
      ...(shard.closedAtMs !== undefined && { EndingSequenceNumber: endingSequenceNumber(shard, shard.closedAtMs) }),
    },
  };
}

/** The shards that came out of this one, as the end of its records names them. */
export function childShards(shards: readonly Shard[], parent: Shard) {
  return shards
    .filter(({ parents }) => parents.includes(parent.index))
    .map((child) => ({
      ShardId: shardIdOf(child.index),
      ParentShards: child.parents.map(shardIdOf),
      HashKeyRange: hashKeyRange(child),
    }));
}
