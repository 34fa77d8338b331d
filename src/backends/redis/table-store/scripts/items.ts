import { script } from '../../script.ts';

/** What the scripts on one table begin with; answers `nil` when it is not there. */
const FIND = `
local id = redis.call('HGET', KEYS[1], ARGV[1])
if not id then return nil end
local base = KEYS[1] .. ':' .. id
`;

/** Arguments: the table. */
export const CREATE_TABLE = script(`
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  redis.call('HSET', KEYS[1], ARGV[1], redis.call('INCR', KEYS[1] .. ':count'))
end
`);

/** Arguments: the table. What was in it is freed beside, however much that is. */
export const DROP_TABLE = script(`${FIND}
redis.call('HDEL', KEYS[1], ARGV[1])
for _, fact in ipairs(redis.call('HKEYS', base .. ':facts')) do
  if string.sub(fact, 1, 6) == 'bytes:' then redis.call('UNLINK', base .. ':index:' .. string.sub(fact, 7)) end
end
redis.call('UNLINK', base .. ':items', base .. ':facts')
`);

/** Arguments: the table, primary keys. Answers with their rows. */
export const READ_ITEMS = script(
  `${FIND}
local rows = {}
for position = 2, #ARGV do rows[position - 1] = redis.call('HGET', base .. ':items', ARGV[position]) end
return rows
`,
  { bytes: true },
);

/**
 * Arguments: the table, the index, whether in reverse, the bounds in the direction of reading, how many places at most, and
 * how many bytes of rows are enough. Answers with whether there may be more, and places with their rows.
 */
export const RANGE_ITEMS = script(
  `${FIND}
local command = ARGV[3] == '1' and 'ZREVRANGEBYLEX' or 'ZRANGEBYLEX'
local members = redis.call(command, base .. ':index:' .. ARGV[2], ARGV[4], ARGV[5], 'LIMIT', 0, ARGV[6])
local left, found = tonumber(ARGV[7]), { 1 }
for _, member in ipairs(members) do
  if left <= 0 then return found end
  local _, partition_end = string.find(member, '\\0\\1', 5, true)
  local _, sort_end = string.find(member, '\\0\\1', partition_end + 1, true)
  local row = redis.call('HGET', base .. ':items', string.sub(member, sort_end + 1))
  left = left - #row
  found[#found + 1] = member
  found[#found + 1] = row
end
if #members < tonumber(ARGV[6]) then found[1] = 0 end
return found
`,
  { bytes: true },
);

/** Arguments: the table, the index. */
export const SIZE = script(`${FIND}
local bytes = redis.call('HGET', base .. ':facts', 'bytes:' .. ARGV[2])
return { redis.call('ZCARD', base .. ':index:' .. ARGV[2]), tonumber(bytes or 0) }
`);
