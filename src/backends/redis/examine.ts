import { realClock, SECOND } from '../../core/clock.ts';
import type { Finding } from '../../core/finding.ts';
import { systemRandom } from '../../core/random.ts';
import { lookAtDurability } from './connection/durability.ts';
import { readServerInfo, type ServerInfo } from './connection/fitness.ts';
import { openRedis, type RedisLink, type RedisOptions } from './link.ts';

/** Leases and the ages of processes go by the clocks of both machines. */
const CLOCK_TOLERANCE_MS = 2 * SECOND;

/** Looks at Redis as it would be used: whether it answers, its version, whether it keeps what it acknowledges. */
export async function examineRedis(options: Omit<RedisOptions, 'told'>): Promise<readonly Finding[]> {
  await using link = await openRedis({ ...options, told: () => {} });
  const info: ServerInfo = await link.ask(readServerInfo).catch(() => new Map());
  const version = info.get('valkey_version') ?? info.get('redis_version') ?? 'of a version that it does not tell';
  const brand = info.has('valkey_version') ? 'Valkey' : 'Redis';
  const found = [
    await lookAtPermissions(link),
    ...(await lookAtDurability(link)),
    ...lookAtWrites(info),
    await lookAtClock(link, 'clock'),
  ];
  return [
    finding('redis', 'ok', `${brand} ${version}, ${link.name}`),
    ...found.map((each) => ({ ...each, what: `redis ${each.what}` })),
  ];
}

const finding = (what: string, level: Finding['level'], found: string): Finding => ({ what, found, level });

/** Whether keys, scripts, functions and channels of the namespace may be used. */
async function lookAtPermissions({ ask, prefix }: RedisLink): Promise<Finding> {
  const what = 'permissions';
  const key = `${prefix}doctor`;
  const name = `headwater_doctor_${systemRandom.uuid().replaceAll('-', '')}`;
  const use =
    "redis.call('SET', KEYS[1], '1', 'PX', 1000) redis.call('PUBLISH', KEYS[1], '') return redis.call('DEL', KEYS[1])";
  const library = `#!lua name=${name}\nredis.register_function('${name}', function(KEYS) ${use} end)`;
  try {
    await ask((redis) => redis.eval(use, 1, key));
    await ask((redis) => redis.function('LOAD', library));
    try {
      await ask((redis) => redis.fcall(name, 1, key));
    } finally {
      await ask((redis) => redis.function('DELETE', name));
    }
    return finding(what, 'ok', `keys, scripts, functions and channels of ${prefix}* may be used`);
  } catch (error) {
    const rule = '~headwater:* &headwater:* +@all -@admin';
    return finding(what, 'problem', `${(error as Error).message}; give its user the rule ${rule}`);
  }
}

/** So much of its memory may be used. */
const MEMORY_SHARE = 0.9;

/** Whether there is something that writes are refused for, or soon will be. */
function lookAtWrites(info: ServerInfo): readonly Finding[] {
  const [used, limit] = [Number(info.get('used_memory')), Number(info.get('maxmemory'))];
  const isShort = limit > 0 && used > limit * MEMORY_SHARE;
  return [
    ...(isShort
      ? [finding('memory', 'problem', `${used} of ${limit} bytes are used; CONFIG SET maxmemory to more`)]
      : []),
    ...(info.get('aof_last_write_status') === 'err'
      ? [finding('disk', 'problem', 'its last write failed: writes are refused until there is room on its disk')]
      : []),
  ];
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
