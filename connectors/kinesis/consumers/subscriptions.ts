import { type Clock, SECOND } from '../../../src/core/clock.ts';
import { inUse } from '../errors.ts';
import { shardIdOf } from '../stream/shard.ts';
import type { Stream } from '../stream/stream.ts';
import type { Consumer } from './consumer.ts';

/** A subscription that is open. */
export interface Subscription extends Disposable {
  /** Aborted when it is over: with a `ServiceError` that its client is told, or with nothing to tell. */
  readonly signal: AbortSignal;
}

/** The open subscriptions of all consumers: of each consumer one to a shard. */
export interface Subscriptions {
  /**
   * Opens one. It takes the place of an older one to the same shard, unless that is too young to be replaced.
   * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
   */
  open(stream: Stream, consumer: Consumer, shardIndex: number): Subscription;
  /** Ends all, which their clients see as the usual end. */
  close(): void;
}

const MINIMUM_LIFE_MS = 5 * SECOND;

/** Subscriptions on the clock. */
export function createSubscriptions(clock: Clock): Subscriptions {
  const open = new Map<string, { readonly sinceMs: number; readonly ending: AbortController }>();
  return {
    open({ account, name }, consumer, shardIndex) {
      const key = `${consumer.arn} ${shardIndex}`;
      const known = open.get(key);
      const busy = inUse(
        `Another active subscription exists for this consumer: ${account}:${name}:${shardIdOf(shardIndex)}:${consumer.name}`,
      );
      if (known && clock.nowMs() < known.sinceMs + MINIMUM_LIFE_MS) throw busy;
      known?.ending.abort(busy);
      const own = { sinceMs: clock.nowMs(), ending: new AbortController() };
      open.set(key, own);
      return {
        signal: own.ending.signal,
        [Symbol.dispose]: () => {
          if (open.get(key) === own) open.delete(key);
        },
      };
    },
    close() {
      for (const { ending } of open.values()) ending.abort();
      open.clear();
    },
  };
}
