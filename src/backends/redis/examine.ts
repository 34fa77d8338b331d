import { realClock, SECOND } from '../../core/clock.ts';
import type { Finding } from '../../core/finding.ts';
import { openRedis, type RedisLink, type RedisOptions } from './link.ts';

/** The oldest version that has all that the scripts use. */
const OLDEST_VERSION = 7;
/** Leases and the ages of processes go by the clocks of both machines. */
const CLOCK_TOLERANCE_MS = 2 * SECOND;

/** Looks at Redis as it would be used: whether it answers, its version, whether it keeps what it acknowledges. */
export async function examineRedis(options: Omit<RedisOptions, 'told'>): Promise<readonly Finding[]> {
  await using link = await openRedis({ ...options, told: () => {} });
  const what = (topic: string) => `redis ${topic}`;
  const server = new Map((await link.ask((redis) => redis.info())).split('\r\n').map((line) => pairOf(line)));
  const version = server.get('valkey_version') ?? server.get('redis_version') ?? '';
  const brand = server.has('valkey_version') ? 'Valkey' : 'Redis';
  return [
    { what: 'redis', found: `${brand} ${version}, ${link.name}`, level: 'ok' },
    ...(Number.parseInt(server.get('redis_version') ?? '', 10) < OLDEST_VERSION
      ? [finding(what('version'), 'problem', `it is ${version}; ${OLDEST_VERSION} or later is needed: upgrade it`)]
      : []),
    await lookAtPermissions(link, what('permissions')),
    ...(await lookAtDurability(link)).map((each) => ({ ...each, what: what(each.what) })),
    await lookAtClock(link, what('clock')),
  ];
}

const finding = (what: string, level: Finding['level'], found: string): Finding => ({ what, found, level });

const pairOf = (line: string): [string, string] => {
  const at = line.indexOf(':');
  return [line.slice(0, at), line.slice(at + 1)];
};

/** Whether keys, scripts and channels of the namespace may be used. */
async function lookAtPermissions({ ask, prefix }: RedisLink, what: string): Promise<Finding> {
  try {
    const key = `${prefix}doctor`;
    const lua =
      "redis.call('SET', KEYS[1], '1', 'PX', 1000) redis.call('PUBLISH', KEYS[1], '') return redis.call('DEL', KEYS[1])";
    await ask((redis) => redis.eval(lua, 1, key));
    return finding(what, 'ok', `keys, scripts and channels of ${prefix}* may be used`);
  } catch (error) {
    const rule = `~${prefix}* &${prefix}* +@all -@admin`;
    return finding(what, 'problem', `${(error as Error).message}; give its user the rule ${rule}`);
  }
}

interface Wanted {
  readonly setting: string;
  readonly value: string;
  readonly otherwise: string;
}

/** What makes an acknowledged write outlive a SIGKILL of Redis, and keeps Redis from dropping what it holds. */
const WANTED: readonly Wanted[] = [
  { setting: 'appendonly', value: 'yes', otherwise: 'all is lost when Redis ends' },
  { setting: 'appendfsync', value: 'always', otherwise: 'the last second can be lost when Redis is killed' },
  { setting: 'maxmemory-policy', value: 'noeviction', otherwise: 'messages can be evicted when memory is short' },
];

async function lookAtDurability({ ask }: RedisLink): Promise<readonly Finding[]> {
  try {
    return await Promise.all(
      WANTED.map(async ({ setting, value, otherwise }) => {
        const [, actual = ''] = (await ask((redis) => redis.config('GET', setting))) as string[];
        if (actual === value) return finding(setting, 'ok', actual);
        return finding(setting, 'warning', `is ${actual}: ${otherwise}; CONFIG SET ${setting} ${value}`);
      }),
    );
  } catch (error) {
    const settings = WANTED.map(({ setting, value }) => `${setting} ${value}`).join(', ');
    return [
      finding('durability', 'warning', `cannot be read (${(error as Error).message}); it should have ${settings}`),
    ];
  }
}

async function lookAtClock({ ask }: RedisLink, what: string): Promise<Finding> {
  const askedAtMs = realClock.nowMs();
  const [seconds, microseconds] = await ask((redis) => redis.time());
  const passedMs = (realClock.nowMs() - askedAtMs) / 2;
  const differenceMs = Math.round(Number(seconds) * SECOND + Number(microseconds) / 1000 - askedAtMs - passedMs);
  if (Math.abs(differenceMs) <= CLOCK_TOLERANCE_MS)
    return finding(what, 'ok', `${differenceMs} ms from this machine's`);
  return finding(what, 'warning', `${differenceMs} ms from this machine's; set both by NTP`);
}
