import { type Clock, SECOND } from '../../../src/core/clock.ts';
import { rateExceeded } from '../errors.ts';
import { type Shard, shardIdOf } from '../shards/shard.ts';
import type { Stream } from '../stream/stream.ts';

/**
 * What a shard takes and gives in a second. Off unless it is asked for; then the calls that ask for too much are refused.
 * https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
 */
export interface Throughput {
  /** Whether the shard takes one more record of that size now. */
  takes(stream: Stream, shard: Shard, bytes: number): boolean;
  /** Refuses a call of `GetRecords` that comes too soon. */
  checkRead(stream: Stream, shard: Shard): void;
  /** Counts what a call of `GetRecords` returned. */
  gave(stream: Stream, shard: Shard, bytes: number): void;
  /** Refuses a call of `GetShardIterator` that comes too soon. */
  checkIterator(stream: Stream, shard: Shard): void;
}

const MIB = 2 ** 20;
const RECORDS_PER_SECOND = 1_000;
const WRITTEN_BYTES_PER_SECOND = MIB;
const READ_BYTES_PER_SECOND = 2 * MIB;
const CALLS_PER_SECOND = 5;

const UNLIMITED: Throughput = { takes: () => true, checkRead: () => {}, gave: () => {}, checkIterator: () => {} };

/** @param throttle whether there are limits at all */
export function createThroughput(clock: Clock, throttle: boolean): Throughput {
  if (!throttle) return UNLIMITED;
  const buckets = new Map<string, Bucket>();
  const bucket = ({ arn }: Stream, { index }: Shard, what: string, perSecond: number): Bucket => {
    const key = `${arn} ${index} ${what}`;
    const known = buckets.get(key) ?? new Bucket(clock, perSecond);
    buckets.set(key, known);
    return known;
  };
  const refuse = (stream: Stream, { index }: Shard): never => {
    throw rateExceeded(shardIdOf(index), stream);
  };
  return {
    takes(stream, shard, bytes) {
      const records = bucket(stream, shard, 'records', RECORDS_PER_SECOND);
      const size = bucket(stream, shard, 'bytes', WRITTEN_BYTES_PER_SECOND);
      // A record larger than a second's worth passes when nothing else did, and is paid for afterwards.
      const fits = records.holds(1) && size.holds(Math.min(bytes, WRITTEN_BYTES_PER_SECOND));
      if (!fits) return false;
      records.take(1);
      size.take(bytes);
      return true;
    },
    checkRead(stream, shard) {
      const calls = bucket(stream, shard, 'reads', CALLS_PER_SECOND);
      if (!calls.holds(1) || !bucket(stream, shard, 'read', READ_BYTES_PER_SECOND).holds(1)) refuse(stream, shard);
      calls.take(1);
    },
    gave: (stream, shard, bytes) => bucket(stream, shard, 'read', READ_BYTES_PER_SECOND).take(bytes),
    checkIterator(stream, shard) {
      const calls = bucket(stream, shard, 'iterators', CALLS_PER_SECOND);
      if (!calls.holds(1)) refuse(stream, shard);
      calls.take(1);
    },
  };
}

/** Fills up to what one second allows; may be overdrawn, and holds nothing until that is made up for. */
class Bucket {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #level: number;
  #atMs: number;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#level = perSecond;
    this.#atMs = clock.nowMs();
  }

  holds(amount: number): boolean {
    const nowMs = this.#clock.nowMs();
    const filled = this.#level + ((nowMs - this.#atMs) * this.#perSecond) / SECOND;
    this.#level = Math.min(this.#perSecond, filled);
    this.#atMs = nowMs;
    return this.#level >= amount;
  }

  take(amount: number): void {
    this.#level -= amount;
  }
}
