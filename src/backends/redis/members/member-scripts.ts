import type { RedisLink } from '../link.ts';
import { script } from '../script.ts';

/**
 * What a namespace knows of its processes. A lease is a member's for as long as the member is alive, so there is one sign
 * of life for all that a process holds.
 *
 * - `members`: when each dies if it is not heard of, in the engine's own time; `announced`: what it said of itself
 * - `leases`: `<member> <token>` of each lease that is held; `wanted`: a member that waits for it
 * - `permits`: how many places are taken in each pool
 * - `member:<id>:leases` and `member:<id>:permits`: what has to be given back for it when it is dead
 */
export function memberKeys({ prefix }: RedisLink) {
  const [members, announced, leases, wanted, permits] = [
    `${prefix}members`,
    `${prefix}members:announced`,
    `${prefix}leases`,
    `${prefix}leases:wanted`,
    `${prefix}permits`,
  ];
  return {
    ...{ members, announced, leases, wanted, permits },
    token: `${prefix}leases:token`,
    all: [members, announced, leases, wanted, permits],
    leasesOf: (id: string) => `${prefix}member:${id}:leases`,
    permitsOf: (id: string) => `${prefix}member:${id}:permits`,
  };
}

/** What is published about leases: `free`, `wanted` or `unwanted`, by which member, which name. */
export const LEASES_CHANNEL = 'leases';

/** Where a member is published that was found dead, when nothing is left of it. */
export const DEATHS_CHANNEL = 'members:died';

/** The engine's own time, in milliseconds. */
const NOW = `
  local function now()
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
  end
`;

/** Whether a member is alive; needs `members` to be its key. */
export const IS_ALIVE = `${NOW}
  local function isAlive(id)
    local untilMs = redis.call('ZSCORE', members, id)
    return untilMs and tonumber(untilMs) > now()
  end
`;

export const JOIN = script(`${NOW}
  redis.call('ZADD', KEYS[1], now() + ARGV[2], ARGV[1])
  return 1
`);

/** A sign of life. Answers whether the member is one still, and in how many milliseconds the first of all is dead. */
export const BEAT = script(`
  local members = KEYS[1]
  ${IS_ALIVE}
  local known = isAlive(ARGV[1]) and 1 or 0
  if known == 1 then redis.call('ZADD', members, now() + ARGV[2], ARGV[1]) end
  local first = redis.call('ZRANGE', members, 0, 0, 'WITHSCORES')[2]
  return { known, (first or now()) - now() }
`);

export const COUNT = script(`${NOW}
  return redis.call('ZCOUNT', KEYS[1], '(' .. now(), '+inf')
`);

export const LEAVE = script(`
  if redis.call('ZSCORE', KEYS[1], ARGV[1]) then redis.call('ZADD', KEYS[1], 0, ARGV[1]) end
  return 1
`);

/** Gives back some of what the member held that has been dead for longest; answers 0 when nobody is dead. */
export const SWEEP = script(`
  local members, announced, leases, wanted, permits = unpack(KEYS)
  local prefix = ARGV[1]
  ${NOW}
  local dead = redis.call('ZRANGEBYSCORE', members, '-inf', now(), 'LIMIT', 0, 1)[1]
  if not dead then return 0 end
  local function tell(what) redis.call('PUBLISH', prefix .. '${LEASES_CHANNEL}', what) end

  local ofDead = prefix .. 'member:' .. dead
  for _, name in ipairs(redis.call('SPOP', ofDead .. ':leases', 200)) do
    local holder = redis.call('HGET', leases, name)
    if holder and string.sub(holder, 1, #dead + 1) == dead .. ' ' then
      redis.call('HDEL', leases, name)
      tell('free ' .. dead .. ' ' .. name)
    end
    if redis.call('HGET', wanted, name) == dead then
      redis.call('HDEL', wanted, name)
      tell('unwanted ' .. dead .. ' ' .. name)
    end
  end
  for _, permit in ipairs(redis.call('HRANDFIELD', ofDead .. ':permits', 200)) do
    for _, pool in ipairs(cjson.decode(redis.call('HGET', ofDead .. ':permits', permit))) do
      if redis.call('HINCRBY', permits, pool, -1) <= 0 then redis.call('HDEL', permits, pool) end
    end
    redis.call('HDEL', ofDead .. ':permits', permit)
  end

  if redis.call('EXISTS', ofDead .. ':leases', ofDead .. ':permits') == 0 then
    redis.call('ZREM', members, dead)
    redis.call('HDEL', announced, dead)
    redis.call('PUBLISH', prefix .. '${DEATHS_CHANNEL}', dead)
  end
  return 1
`);
