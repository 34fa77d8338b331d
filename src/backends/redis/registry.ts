import { HeadwaterError } from '../../core/errors.ts';
import type { Registry, Versioned } from '../../core/ports/registry.ts';
import type { RedisLink } from './link.ts';
import { createReads } from './registry-reads.ts';
import { createRegistryWatch } from './registry-watch.ts';
import { script } from './script.ts';
import { fromText, toText } from './value-text.ts';

/**
 * A hash of values and one of versions, by key, and the keys in their order. Versions are numbers of one count, so that
 * none comes twice, not even for a key that was removed in between. Each write publishes its version and its key.
 */
const NAMES = ['values', 'versions', 'keys', 'count'] as const;
const CHANNEL = 'registry';

/** How many keys one script looks at. */
const PAGE = 500;

/** Answers the new version; the present one, negative, when it is not the expected one. */
const PUT = script(`
  local values, versions, keys, count = unpack(KEYS)
  local key, value, expected, channel = unpack(ARGV)
  if expected ~= '' then
    local current = redis.call('HGET', versions, key) or '0'
    if current ~= expected then return -1 - tonumber(current) end
  end
  local version = redis.call('INCR', count)
  redis.call('HSET', values, key, value)
  redis.call('HSET', versions, key, version)
  redis.call('ZADD', keys, 0, key)
  redis.call('PUBLISH', channel, version .. ' ' .. key)
  return version
`);

/** Answers the number of this change, 0 when there was nothing; the present version, negative, when it is not the expected one. */
const REMOVE = script(`
  local values, versions, keys, count = unpack(KEYS)
  local key, expected, channel = unpack(ARGV)
  if expected ~= '' then
    local current = redis.call('HGET', versions, key) or '0'
    if current ~= expected then return -1 - tonumber(current) end
  end
  if redis.call('HDEL', values, key) == 0 then return 0 end
  redis.call('HDEL', versions, key)
  redis.call('ZREM', keys, key)
  local version = redis.call('INCR', count)
  redis.call('PUBLISH', channel, version .. ' ' .. key)
  return version
`);

/** Registry on Redis. What is read is kept, and fetched again only when its version is another. */
export async function openRegistry({ link }: { readonly link: RedisLink }): Promise<Registry> {
  const keys = NAMES.map((name) => `${link.prefix}registry:${name}`);
  const [values = '', versions = '', order = ''] = keys;
  const channel = link.prefix + CHANNEL;
  const watch = await createRegistryWatch(link, CHANNEL);
  const reads = createReads(link, { values, versions });
  const returned = link.onReturn(() => reads.forget());

  async function* keysFrom(prefix: string): AsyncGenerator<readonly string[]> {
    const end = Buffer.concat([Buffer.from(`(${prefix}`), Buffer.of(0xff)]);
    for (let start = `[${prefix}`; ; ) {
      const page = await link.ask((client) => client.zrangebylex(order, start, end, 'LIMIT', 0, PAGE));
      yield page;
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined) return;
      start = `(${last}`;
    }
  }

  return {
    driver: 'redis',
    get: async <T>(key: string) => (await reads.get(key)) as Versioned<T> | undefined,
    async put(key, value, expectedVersion) {
      const text = toText(value);
      const args = [key, text, expectedVersion ?? '', channel];
      const version = await link.run<number>(PUT, keys, args);
      check(key, version, expectedVersion);
      // A copy: what others read must not change when the caller's own does.
      reads.keep(key, { value: fromText(text), version });
      watch.tell(key, version);
      return version;
    },
    async remove(key, expectedVersion) {
      const change = await link.run<number>(REMOVE, keys, [key, expectedVersion ?? '', channel]);
      check(key, change, expectedVersion);
      if (change > 0) watch.tell(key, change);
    },
    async list<T>(prefix: string) {
      const found: { readonly key: string; readonly value: T }[] = [];
      for await (const page of keysFrom(prefix)) {
        const entries = await Promise.all(page.map((key) => reads.get(key)));
        for (const [index, key] of page.entries()) {
          const entry = entries[index];
          if (entry) found.push({ key, value: entry.value as T });
        }
      }
      return found;
    },
    watch: watch.add,
    async [Symbol.asyncDispose]() {
      returned[Symbol.dispose]();
      watch[Symbol.dispose]();
    },
  };
}

/** Refuses where the script says that the version is another than the expected one. */
function check(key: string, answer: number, expectedVersion: number | undefined): void {
  if (answer >= 0) return;
  throw new HeadwaterError('VERSION_CONFLICT', `"${key}" is at version ${-1 - answer}, not ${expectedVersion}`);
}
