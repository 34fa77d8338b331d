import { script } from '../../script.ts';

/**
 * Checks all that the writes expect and then applies them, so that nothing is written where something is not so. Arguments:
 * the time, the number of writes, and of each what `commit.ts` puts there. Answers `committed` with the streams that grew,
 * `conflict`, or what is missing.
 *
 * A row is its version (a double), its bytes and the length of its places (32 bits each), its places, its item's text. A
 * place is an index's name and a member of that index, each behind its length.
 */
export const COMMIT = script(`
local tables, changes = KEYS[1], KEYS[2]
local now = tonumber(ARGV[1])
local at = 1
local function take() at = at + 1; return ARGV[at] end

local bases, editions, rows = {}, {}, {}
local function base_of(arn)
  if bases[arn] == nil then
    local id = redis.call('HGET', tables, arn)
    bases[arn] = id and tables .. ':' .. id
    if id then editions[arn] = tonumber(redis.call('HGET', bases[arn] .. ':facts', 'edition') or 0) end
  end
  return bases[arn]
end

local streams, grown = {}, {}
local function stream_of(arn)
  if streams[arn] == nil then
    local id = redis.call('HGET', changes, arn)
    if not id then return nil end
    local key = changes .. ':' .. id
    local partition = tonumber(redis.call('HGET', key, 'partitions')) - 1
    local known = redis.call('HMGET', key, partition .. ':first', partition .. ':next', partition .. ':at')
    streams[arn] = {
      arn = arn, id = id, key = key, partition = partition, first = tonumber(known[1] or 0),
      next = tonumber(known[2] or 0), at = math.max(now, tonumber(known[3] or 0))
    }
    grown[#grown + 1] = streams[arn]
  end
  return streams[arn]
end

local writes, changed, missing = {}, 0, false
for number = 1, tonumber(take()) do
  local write = { table = take(), key = take(), expected = take(), edition = tonumber(take()), kind = take(), records = {} }
  write.base = base_of(write.table)
  if not write.base then return { 'TABLE_MISSING', write.table } end
  write.place = write.base .. ' ' .. write.key
  if write.kind ~= 'check' then
    changed = changed + 1
    write.row = take()
  end
  for record = 1, tonumber(take()) do
    local stream = stream_of(take())
    missing = missing or not stream and ARGV[at]
    write.records[record] = { stream = stream, take(), take(), take(), take(), take() }
  end
  if rows[write.place] == nil then rows[write.place] = redis.call('HGET', write.base .. ':items', write.key) end
  writes[number] = write
end
for _, write in ipairs(writes) do
  local row = rows[write.place]
  if write.edition and write.edition < editions[write.table] then return { 'conflict' } end
  if write.expected ~= '' and tonumber(write.expected) ~= (row and struct.unpack('>d', row) or 0) then
    return { 'conflict' }
  end
end
if missing then return { 'LOG_MISSING', missing } end

local function places_of(row)
  local bytes, length = struct.unpack('>I4I4', row, 9)
  local places, from, to = {}, 17, 17 + length
  while from < to do
    local index, member
    index, member, from = struct.unpack('>I4c0I4c0', row, from)
    places[index] = member
  end
  return places, bytes
end
local function move(base, key, before, after)
  local old, old_bytes, new, new_bytes = {}, 0, {}, 0
  if before then old, old_bytes = places_of(before) end
  if after then new, new_bytes = places_of(after) end
  for index, member in pairs(old) do
    if new[index] ~= member then redis.call('ZREM', base .. ':index:' .. index, member) end
    if not new[index] then redis.call('HINCRBY', base .. ':facts', 'bytes:' .. index, -old_bytes) end
  end
  for index, member in pairs(new) do
    if old[index] ~= member then redis.call('ZADD', base .. ':index:' .. index, 0, member) end
    local more = new_bytes - (old[index] and old_bytes or 0)
    if more ~= 0 then redis.call('HINCRBY', base .. ':facts', 'bytes:' .. index, more) end
  end
end

local version = changed > 0 and redis.call('INCRBY', tables .. ':version', changed) - changed or 0
for _, write in ipairs(writes) do
  if write.edition and write.edition > editions[write.table] then
    editions[write.table] = write.edition
    redis.call('HSET', write.base .. ':facts', 'edition', string.format('%.0f', write.edition))
  end
  if write.kind ~= 'check' then
    version = version + 1
    local before = rows[write.place]
    local after = write.kind == 'put' and struct.pack('>d', version) .. write.row
    move(write.base, write.key, before, after)
    if after then redis.call('HSET', write.base .. ':items', write.key, after)
    elseif before then redis.call('HDEL', write.base .. ':items', write.key) end
    rows[write.place] = after
  end
  for _, record in ipairs(write.records) do
    local stream = record.stream
    redis.call('XADD', stream.key .. ':' .. stream.partition, stream.next .. '-1',
      'at', stream.at, 'size', record[1], 'facts', record[2], 'keys', record[3], 'new', record[4], 'old', record[5])
    stream.next = stream.next + 1
  end
end

local answer = { 'committed' }
for _, stream in ipairs(grown) do
  local p = stream.partition
  redis.call('HSET', stream.key, p .. ':first', stream.first, p .. ':next', stream.next, p .. ':at', stream.at)
  local news = table.concat({ stream.arn, stream.id, p, stream.first, stream.next, stream.at }, ' ')
  redis.call('PUBLISH', changes, news)
  answer[#answer + 1] = news
end
return answer
`);
