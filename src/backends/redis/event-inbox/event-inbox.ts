import type { Redis } from 'ioredis';
import { realClock, SECOND, sleep } from '../../../core/clock.ts';
import type { EventInbox, WaitingNotifications } from '../../../core/ports/event-inbox.ts';
import { backOffMs } from '../../../core/waiting/back-off.ts';
import { createListeners } from '../../../core/waiting/listeners.ts';
import { LONGEST_WAIT_MS, type RedisLink } from '../link.ts';
import { CLAIM, OLDEST, RELEASE, SETTLE, SORT } from './scripts.ts';

/** The list into which MinIO's Redis target writes, for all namespaces. */
export const EVENT_LIST = 'headwater:s3:events';
/** Which namespace has which bucket. */
const OWNERS = 'headwater:s3:buckets';

const MAX_BATCH = 100;
/** How many notifications are sorted in one script. */
const MAX_SORTED = 500;
const AGAIN = { firstMs: 20, maxMs: SECOND };

/**
 * Notifications in Redis. Whoever sees that the shared list is not empty sorts what is in it into the lists of the
 * namespaces, in one script; each namespace then reads its own from the front and removes what is settled, which is counted.
 */
export async function openEventInbox({ link }: { readonly link: RedisLink }): Promise<EventInbox> {
  const inbox = `${link.prefix}s3:events`;
  const keys = [inbox, `${inbox}:settled`];
  const channel = 's3:events';
  const closed = new AbortController();
  const arrivals = createListeners<'arrived'>();
  const arrived = () => arrivals.tell('arrived');
  const subscription = await link.subscribe(channel, arrived);
  const returning = link.onReturn(arrived);
  let waiting: Redis | undefined;

  const sort = async () => {
    const shared = [EVENT_LIST, OWNERS];
    while ((await link.run<number>(SORT, shared, [link.prefix, channel, MAX_SORTED])) === MAX_SORTED);
  };

  const oldest = async (): Promise<WaitingNotifications> => {
    const [behind, texts] = await link.run<readonly [number, readonly string[]]>(OLDEST, keys, [MAX_BATCH]);
    return { texts, behind };
  };

  /** Waits for the shared list without taking anything: the first is moved to where it was. */
  const watch = async () => {
    for (let failures = 0; !closed.signal.aborted; ) {
      try {
        await waiting?.blmove(EVENT_LIST, EVENT_LIST, 'LEFT', 'LEFT', LONGEST_WAIT_MS / SECOND);
        if (!closed.signal.aborted) await sort();
        failures = 0;
      } catch {
        // Said by the link; the list is looked at again when it is back.
        failures += 1;
        await sleep(realClock, backOffMs(failures, AGAIN), closed.signal).catch(() => {});
      }
    }
  };

  const begin = () => {
    if (waiting || closed.signal.aborted) return;
    waiting = link.connect();
    void watch();
  };

  return {
    driver: 'redis',
    list: EVENT_LIST,
    claim: async (bucket) => (await link.run<number>(CLAIM, [OWNERS], [bucket, link.prefix])) === 1,
    seize: async (bucket) => void (await link.ask((redis) => redis.hset(OWNERS, bucket, link.prefix))),
    release: async (bucket) => void (await link.run(RELEASE, [OWNERS], [bucket, link.prefix])),

    async claims() {
      const owners = await link.ask((redis) => redis.hgetall(OWNERS));
      return Object.entries(owners).flatMap(([bucket, owner]) => (owner === link.prefix ? [bucket] : []));
    },

    async waiting() {
      await sort();
      return await oldest();
    },

    async next(signal) {
      begin();
      let wake = () => {};
      const woken = () => wake();
      using _listening = arrivals.add('arrived', woken);
      signal.addEventListener('abort', woken);
      try {
        while (!signal.aborted) {
          const arrival = new Promise<void>((resolve) => {
            wake = resolve;
          });
          const found = await oldest();
          if (found.texts.length > 0) return found;
          await arrival;
        }
        return { texts: [], behind: 0 };
      } finally {
        signal.removeEventListener('abort', woken);
      }
    },

    settle: async ({ behind, texts }) => void (await link.run(SETTLE, keys, [behind, texts.length])),
    onReturn: link.onReturn,

    async [Symbol.asyncDispose]() {
      closed.abort(new Error('closed'));
      waiting?.disconnect();
      subscription[Symbol.dispose]();
      returning[Symbol.dispose]();
    },
  };
}
