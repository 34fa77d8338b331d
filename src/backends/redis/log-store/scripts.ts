import { script } from '../script.ts';

/**
 * A group is a hash of its streams: under each name, separated by spaces, when it was created, the number of its events,
 * their bytes, the first and the last timestamp, when the newest arrived. The events of a stream are a sorted set without
 * scores, whose members begin with the timestamp and the sequence, both of 16 digits, and when the event arrived; so they lie
 * in the order of their texts.
 *
 * KEYS: the group, the stream's events, the count of sequences. ARGV: the stream.
 */
const FIND = `
local text = redis.call('HGET', KEYS[1], ARGV[1])
if not text then return nil end
local created, events, bytes, first, last, arrived = string.match(text, '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+)$')
events, bytes, first, last = tonumber(events), tonumber(bytes), tonumber(first), tonumber(last)
local function write()
  redis.call('HSET', KEYS[1], ARGV[1],
    string.format('%s %.0f %.0f %.0f %.0f %s', created, events, bytes, first, last, arrived))
end
`;

/** How many digits and spaces stand before the message. */
export const MESSAGE_AT = 3 * 16 + 3;

/** ARGV: when it is created. Answers 1 when it is new. */
export const CREATE = script(`
return redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2] .. ' 0 0 0 0 0')
`);

/**
 * ARGV: when they arrive, then timestamp and message of each event. Answers the sequence of the first; the others have the
 * next ones.
 */
export const APPEND = script(`${FIND}
local count = (#ARGV - 2) / 2
local sequence = redis.call('INCRBY', KEYS[3], count) - count
arrived = ARGV[2]
for i = 1, count do
  local at, message = tonumber(ARGV[1 + 2 * i]), ARGV[2 + 2 * i]
  redis.call('ZADD', KEYS[2], 0,
    string.format('%016.0f %016.0f %016.0f ', at, sequence + i, tonumber(arrived)) .. message)
  if events == 0 or at < first then first = at end
  if events == 0 or at > last then last = at end
  events, bytes = events + 1, bytes + #message
end
write()
return sequence + 1
`);

/** ARGV: the text behind those to remove, how many at most. Answers how many were. */
export const TRIM = script(`${FIND}
local removed = redis.call('ZRANGEBYLEX', KEYS[2], '-', '(' .. ARGV[2], 'LIMIT', 0, ARGV[3])
for _, member in ipairs(removed) do
  redis.call('ZREM', KEYS[2], member)
  events, bytes = events - 1, bytes - (#member - ${MESSAGE_AT})
end
local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
first, last = oldest and tonumber(string.sub(oldest, 1, 16)) or 0, oldest and last or 0
write()
return #removed
`);

/** Answers 1 when there was such a stream. */
export const REMOVE = script(`
redis.call('UNLINK', KEYS[2])
return redis.call('HDEL', KEYS[1], ARGV[1])
`);
