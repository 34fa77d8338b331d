import { openRedis, type RedisLink } from '../../src/backends/redis/link.ts';
import { systemRandom } from '../../src/core/random.ts';
import { backends } from './backends.ts';

/** A namespace of a test's own on the Redis that is up. */
export interface TestRedis extends AsyncDisposable {
  readonly namespace: string;
  /** Connects as a process of the namespace does. Closed with the namespace. */
  open(): Promise<RedisLink>;
  /** What is kept beneath the namespace, in order. */
  keys(): Promise<readonly string[]>;
}

/** Disposing forgets all that the namespace holds. */
export function createTestRedis(url = backends.redis ?? ''): TestRedis {
  const namespace = `test-${systemRandom.uuid()}`;
  const links = new Set<RedisLink>();
  // Looked at and cleared past what may stand between a test and Redis.
  const straight = () => openRedis({ url: backends.redis ?? url, namespace, deadlineMs: 5000, told: () => {} });
  const open = async () => {
    const link = await openRedis({ url, namespace, deadlineMs: 5000, told: () => {} });
    links.add(link);
    return link;
  };
  const keysOf = async (link: RedisLink) => {
    const found: string[] = [];
    let cursor = '0';
    do {
      const [next, page] = await link.ask((redis) => redis.scan(cursor, 'MATCH', `${link.prefix}*`, 'COUNT', 1000));
      found.push(...page);
      cursor = next;
    } while (cursor !== '0');
    return found.sort();
  };
  return {
    namespace,
    open,
    async keys() {
      await using link = await straight();
      return (await keysOf(link)).map((key) => key.slice(link.prefix.length));
    },
    async [Symbol.asyncDispose]() {
      for (const link of links) await link[Symbol.asyncDispose]();
      await using link = await straight();
      const keys = await keysOf(link);
      for (let from = 0; from < keys.length; from += 500) {
        await link.ask((redis) => redis.unlink(keys.slice(from, from + 500)));
      }
    },
  };
}
