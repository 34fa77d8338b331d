import { script } from '../../script.ts';

/** What the scripts on one stream begin with; answers `nil` when it is not there. */
const FIND = `
local id = redis.call('HGET', KEYS[1], ARGV[1])
if not id then return nil end
local key = KEYS[1] .. ':' .. id
`;

/** What those on one of its partitions go on with. */
const FIND_PARTITION = `${FIND}
local p = ARGV[2]
local known = redis.call('HMGET', key, p .. ':first', p .. ':next', p .. ':at')
local first, next, at = tonumber(known[1] or 0), tonumber(known[2] or 0), tonumber(known[3] or 0)
local function news() return table.concat({ ARGV[1], id, p, first, next, at }, ' ') end
`;

/** Arguments: the stream. */
export const CREATE_LOG = script(`
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return end
local id = redis.call('INCR', KEYS[1] .. ':count')
redis.call('HSET', KEYS[1], ARGV[1], id)
redis.call('HSET', KEYS[1] .. ':' .. id, 'partitions', 1)
`);

/** Arguments: the stream. */
export const PARTITIONS = script(`${FIND}
return tonumber(redis.call('HGET', key, 'partitions'))
`);

/** Arguments: the stream, how many partitions it is to have. Answers with how many it has. */
export const GROW = script(`${FIND}
local partitions = math.max(tonumber(redis.call('HGET', key, 'partitions')), tonumber(ARGV[2]))
redis.call('HSET', key, 'partitions', partitions)
return partitions
`);

/** Arguments: the stream. */
export const DROP_LOG = script(`${FIND}
for partition = 0, tonumber(redis.call('HGET', key, 'partitions')) - 1 do
  redis.call('UNLINK', key .. ':' .. partition)
end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('UNLINK', key)
redis.call('PUBLISH', KEYS[1], ARGV[1] .. ' ' .. id)
`);

/** Arguments: the stream, the partition. Answers with what is there, as it is published. */
export const BOUNDS = script(`${FIND_PARTITION}
return news()
`);

/**
 * Arguments: the stream, the partition, an offset, how many entries to remove at most. Answers with what is there, and
 * whether there is more to remove.
 */
export const TRIM = script(`${FIND_PARTITION}
local wanted = math.min(tonumber(ARGV[3]), next)
local to = math.min(wanted, first + tonumber(ARGV[4]))
if to <= first then return { news(), 0 } end
first = to
if first == next then redis.call('UNLINK', key .. ':' .. p)
else redis.call('XTRIM', key .. ':' .. p, 'MINID', string.format('%.0f-0', first)) end
redis.call('HSET', key, p .. ':first', first)
redis.call('PUBLISH', KEYS[1], news())
return { news(), to < wanted and 1 or 0 }
`);

/** Arguments: the stream, the partition, the first offset, how many entries and how many bytes at most. */
export const READ_CHANGES = script(
  `${FIND_PARTITION}
local from, left, bytes = math.max(tonumber(ARGV[3]), first), tonumber(ARGV[4]), tonumber(ARGV[5])
local found = { news() }
while from < next and left > 0 do
  local start = string.format('%.0f-0', from)
  local entries = redis.call('XRANGE', key .. ':' .. p, start, '+', 'COUNT', math.min(left, 16))
  if #entries == 0 then return found end
  for _, entry in ipairs(entries) do
    bytes = bytes - tonumber(entry[2][4])
    if #found > 1 and bytes < 0 then return found end
    found[#found + 1] = entry
  end
  left = left - #entries
  from = tonumber(string.match(entries[#entries][1], '^%d+')) + 1
end
return found
`,
  { bytes: true },
);

/** Arguments: the stream, the partition, a time. Answers with the first offset that arrived then or later. */
export const OFFSET_AT = script(`${FIND_PARTITION}
local low, high = first, next
while low < high do
  local middle = math.floor((low + high) / 2)
  local entry = redis.call('XRANGE', key .. ':' .. p, string.format('%.0f-0', middle), '+', 'COUNT', 1)[1]
  if tonumber(entry[2][2]) < tonumber(ARGV[3]) then low = middle + 1 else high = middle end
end
return low
`);
