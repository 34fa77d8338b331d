import { script } from '../script.ts';

/**
 * A queue of tasks. The record says what is to be done; a ticket, which is a job of BullMQ, says that somebody may do it
 * now. A ticket is of one run: its number is the record's, and grows with each run, so that one which comes late, or
 * twice, finds another number or no record, and is nobody's.
 *
 * - `records`: by id `<ticket> <dueAtMs> <data>`
 * - `waiting`: ids by the time they are due, on the clock
 * - `ready`: ids that are due, by ticket, until they are settled: those whose ticket may have to be handed over again
 * - `count`: of tickets, and `changes`: of what was done, so that of two states the newer is known
 */
export const taskKeys = (prefix: string, queue: string): readonly string[] =>
  ['records', 'waiting', 'ready', 'count', 'changes'].map((part) => `${prefix}tasks:${queue}:${part}`);

/** The names of all queues. */
export const queuesKey = (prefix: string): string => `${prefix}tasks`;

/** Where each state is published, as `<changes> <outstanding> <nextDueAtMs> <queue>`. */
export const TASKS_CHANNEL = 'tasks';

/** What is left to do: due and not settled, by whomever it may be in progress; and when the next falls due, or ''. */
export type TaskState = readonly [changes: number, outstanding: number, nextDueAtMs: string];

/** How many tasks one script moves. */
export const PAGE = 200;

const HEAD = `
  local records, waiting, ready, count, changes = unpack(KEYS)
  local function state()
    local first = redis.call('ZRANGE', waiting, 0, 0, 'WITHSCORES')
    local outstanding = redis.call('HLEN', records) - redis.call('ZCARD', waiting)
    return { tonumber(redis.call('GET', changes) or '0'), outstanding, first[2] or '' }
  end
  local function changed(channel, queue)
    redis.call('INCR', changes)
    local now = state()
    redis.call('PUBLISH', channel, table.concat(now, ' ') .. ' ' .. queue)
    return now
  end
  local function ticketOf(id)
    local record = redis.call('HGET', records, id)
    return record and string.match(record, '^%d+'), record
  end
  -- The ticket of one that is due, 0 of another: whoever did not hear the answer of a script may have handed over nothing.
  local function ticketIfReady(id) return tonumber(redis.call('ZSCORE', ready, id) or 0) end
  local function keep(id, data, dueAtMs, nowMs)
    local ticket = redis.call('INCR', count)
    redis.call('HSET', records, id, ticket .. ' ' .. dueAtMs .. ' ' .. data)
    if tonumber(dueAtMs) > tonumber(nowMs) then
      redis.call('ZADD', waiting, dueAtMs, id)
      return 0
    end
    redis.call('ZADD', ready, ticket, id)
    return ticket
  end
`;

/** Answers the ticket of a task that is due, 0 for another; so it does of one that is there already. */
export const ADD = script(`${HEAD}
  local id, data, dueAtMs, nowMs, channel, queue, queues = unpack(ARGV)
  if redis.call('HEXISTS', records, id) == 1 then return { ticketIfReady(id), state() } end
  redis.call('SADD', queues, queue)
  return { keep(id, data, dueAtMs, nowMs), changed(channel, queue) }
`);

/** Answers ids and tickets of a page of tasks that have fallen due. */
export const PROMOTE = script(`${HEAD}
  local nowMs, channel, queue = unpack(ARGV)
  local found = {}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', waiting, '-inf', nowMs, 'LIMIT', 0, ${PAGE})) do
    redis.call('ZREM', waiting, id)
    local ticket = ticketOf(id)
    if ticket then
      redis.call('ZADD', ready, ticket, id)
      found[#found + 1] = id
      found[#found + 1] = ticket
    end
  end
  return { found, #found > 0 and changed(channel, queue) or state() }
`);

/** Answers ids and tickets of a page of those that are ready, behind a ticket. */
export const READY = script(`${HEAD}
  local found = redis.call('ZRANGEBYSCORE', ready, '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ${PAGE})
  return { found, state() }
`);

/** Forgets a task, or keeps what its run left of it; answers the ticket of one that is due again, or was settled before. */
export const SETTLE = script(`${HEAD}
  local id, ticket, channel, queue, data, dueAtMs, nowMs = unpack(ARGV)
  if ticketOf(id) ~= ticket then return { ticketIfReady(id), state() } end
  redis.call('ZREM', ready, id)
  local again = 0
  if data then again = keep(id, data, dueAtMs, nowMs)
  else redis.call('HDEL', records, id) end
  return { again, changed(channel, queue) }
`);

/** Forgets a task; whoever runs it finds no record. */
export const REMOVE = script(`${HEAD}
  local id, channel, queue = unpack(ARGV)
  if redis.call('HDEL', records, id) == 0 then return { 0, state() } end
  redis.call('ZREM', waiting, id)
  redis.call('ZREM', ready, id)
  return { 0, changed(channel, queue) }
`);

export const STATE = script(`${HEAD} return { 0, state() }`);

export const CLEAR = script(`${HEAD}
  local channel, queue, queues = unpack(ARGV)
  redis.call('UNLINK', records, waiting, ready)
  redis.call('SREM', queues, queue)
  return { 0, changed(channel, queue) }
`);
