import { script } from '../script.ts';

/** KEYS: owners. ARGV: bucket, prefix of the namespace. Answers 1 when the bucket is the namespace's now. */
export const CLAIM = script(`
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
return redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] and 1 or 0
`);

/** KEYS: owners. ARGV: bucket, prefix of the namespace. */
export const RELEASE = script(`
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
return 0
`);

/**
 * Sorts notifications into the lists of the namespaces whose buckets they are about, and wakes who reads those. One that
 * names no bucket, or a bucket that nobody claimed, comes to whoever sorts.
 * KEYS: shared list, owners. ARGV: own prefix, channel, how many at most. Answers how many were sorted.
 */
export const SORT = script(`
local found = redis.call('LPOP', KEYS[1], ARGV[3])
if not found then return 0 end
local woken = {}
for _, text in ipairs(found) do
  local read, parsed = pcall(cjson.decode, text)
  local first = read and type(parsed) == 'table' and parsed[1]
  local record = type(first) == 'table' and type(first.Event) == 'table' and first.Event[1]
  local bucket = type(record) == 'table' and record.s3 and record.s3.bucket and record.s3.bucket.name
  local owner = type(bucket) == 'string' and redis.call('HGET', KEYS[2], bucket) or ARGV[1]
  redis.call('RPUSH', owner .. 's3:events', text)
  woken[owner] = true
end
for owner in pairs(woken) do redis.call('PUBLISH', owner .. ARGV[2], '') end
return #found
`);

/** KEYS: own list, count of what was settled of it. ARGV: how many at most. Answers that count, and the oldest. */
export const OLDEST = script(`
return { tonumber(redis.call('GET', KEYS[2]) or '0'), redis.call('LRANGE', KEYS[1], 0, ARGV[1] - 1) }
`);

/**
 * Removes notifications from the front as far as nobody else has: one who stood still while another took over settles what is
 * gone already. KEYS: as above. ARGV: how many were settled before them, how many they are.
 */
export const SETTLE = script(`
local settled = tonumber(redis.call('GET', KEYS[2]) or '0')
local left = ARGV[1] + ARGV[2] - settled
-- One that was read before Redis lost all it held is not there.
if left <= 0 or left > tonumber(ARGV[2]) then return 0 end
redis.call('LTRIM', KEYS[1], left, -1)
redis.call('INCRBY', KEYS[2], left)
return left
`);
