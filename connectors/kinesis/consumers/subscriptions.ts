import { type Clock, MINUTE, SECOND } from '../../../src/core/clock.ts';
import type { ServiceError } from '../../../src/core/errors.ts';
import { inUse } from '../errors.ts';
import { shardIdOf } from '../shards/shard.ts';
import type { Stream } from '../stream/stream.ts';
import type { Consumer } from './consumer.ts';

/** A subscription that is open; disposing ends it. */
export interface Subscription extends Disposable {
  /** Aborted when it is over: with a `ServiceError` that its client is told, or with nothing to tell. */
  readonly signal: AbortSignal;
  /** Ends it with something that its client is told. */
  fail(reason: ServiceError): void;
}

/** The open subscriptions of all consumers: of each consumer one to a shard. */
export interface Subscriptions {
  /**
   * Opens one for as long as AWS gives it or its client stays. It takes the place of an older one to the same shard,
   * unless that is too young to be replaced. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
   */
  open(stream: Stream, consumer: Consumer, shardIndex: number, client: AbortSignal): Subscription;
  /** Ends all, which their clients see as the usual end. */
  close(): void;
}

const LIFE_MS = 5 * MINUTE;
const MINIMUM_LIFE_MS = 5 * SECOND;

/** Subscriptions on the clock. */
export function createSubscriptions(clock: Clock): Subscriptions {
  const open = new Map<string, Subscription & { readonly sinceMs: number }>();
  return {
    open({ account, name }, consumer, shardIndex, client) {
      const key = `${consumer.arn} ${shardIndex}`;
      const known = open.get(key);
      const busy = inUse(
        `Another active subscription exists for this consumer: ${account}:${name}:${shardIdOf(shardIndex)}:${consumer.name}`,
      );
      if (known && clock.nowMs() < known.sinceMs + MINIMUM_LIFE_MS) throw busy;
      known?.fail(busy);
      const ending = new AbortController();
      const end = (reason?: ServiceError) => {
        if (open.get(key) === own) open.delete(key);
        life[Symbol.dispose]();
        client.removeEventListener('abort', leave);
        ending.abort(reason);
      };
      const leave = () => end();
      const life = clock.setTimer(LIFE_MS, leave);
      const own = { sinceMs: clock.nowMs(), signal: ending.signal, fail: end, [Symbol.dispose]: leave };
      open.set(key, own);
      client.addEventListener('abort', leave, { once: true });
      if (client.aborted) leave();
      return own;
    },
    close() {
      for (const subscription of open.values()) subscription[Symbol.dispose]();
    },
  };
}
