/** Adds a message as its sender gives it, unless it is a duplicate. */
export const ADD = `
-- Old entries that are let go for each one that is added.
local FORGOTTEN = 20

-- Forgets what has ended in a hash whose fields are in a sorted set by their end.
local function forgetEnded(q, name, ends)
  local ended = call('ZRANGEBYSCORE', q.key .. ends, '-inf', now, 'LIMIT', 0, FORGOTTEN)
  if #ended == 0 then return end
  call('HDEL', q.key .. name, unpack(ended))
  call('ZREM', q.key .. ends, unpack(ended))
end

-- What was sent under this deduplication id before; else notes it. No id holds a line break, so no two pairs share a key.
local function remember(q, id, seq, group, dedup, lastsMs)
  forgetEnded(q, 'sent', 'sent-ends')
  local scope = q.formerScope and now < q.formerUntilMs and q.formerScope or q.scope
  local key = scope == 'queue' and dedup or group .. '\\n' .. dedup
  local packed = call('HGET', q.key .. 'sent', key)
  if packed then
    local knownId, knownSeq, untilMs = cmsgpack.unpack(packed)
    if untilMs > now then return knownId, knownSeq end
  end
  call('HSET', q.key .. 'sent', key, cmsgpack.pack(id, seq, now + lastsMs))
  call('ZADD', q.key .. 'sent-ends', now + lastsMs, key)
end

-- Id, sequence, and whether it is a duplicate.
local function add(q, id, body, group, dedup, delayMs, deduplicationMs)
  if q.fifo then
    local knownId, knownSeq = remember(q, id, digits(q.seq + 1), group, dedup, deduplicationMs)
    if knownId then return knownId, knownSeq, 1 end
  end
  enter(q, {seq = '', state = 'absent', id = id, group = group, dedup = dedup, sent = now, enqueued = now, from = '', before = 0,
    receipt = '', count = 0, first = 0, received = 0, visible = delayMs > 0 and now + delayMs or 0, place = 0,
    attempt = ''}, body)
  return id, digits(q.seq), 0
end
`;

/**
 * Adds messages in their order. Arguments: now, ARN, how long a deduplication id lasts, then of each message id, body, group,
 * deduplication id and delay, the last three empty when absent. Answers whether the queue is FIFO, then
 * id, sequence and whether it is a duplicate of each.
 */
export const SEND = `
local q = open(ARGV[2])
if not q then return missing() end
local sent = {}
for i = 4, #ARGV, 5 do
  local delayMs = tonumber(ARGV[i + 4]) or q.delayMs
  local id, seq, isDuplicate = add(q, ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], delayMs, tonumber(ARGV[3]))
  sent[#sent + 1], sent[#sent + 2], sent[#sent + 3] = id, seq, isDuplicate
end
return done({q.fifo and 1 or 0, sent})
`;

/**
 * Moves up to as many visible messages as there are ids; they become new messages of those ids. Arguments: now, ARN, where
 * to (empty: to where each came from), how long a deduplication id lasts, ids. Answers how many were moved, how many visible
 * ones are left, why not all were, and whether the script must be called once more.
 */
export const MOVE = `
local q = open(ARGV[2])
if not q then return missing() end
if refresh(q) then return again() end
local moved, failure, hasMore = 0, '', false
for i = 5, #ARGV do
  local m, isPiece = nextOf(q, nil, #ARGV - i + 1)
  hasMore = isPiece
  if not m then break end
  local to = ARGV[3] ~= '' and ARGV[3] or m.from
  local target = to ~= '' and open(to)
  if to == '' then failure = 'source-unknown' break end
  if not target then failure = 'destination-missing' break end
  add(target, ARGV[i], bodyOf(q, m.seq), m.group, target.fifo and ARGV[i] or '', 0, tonumber(ARGV[4]))
  discard(q, m)
  moved = moved + 1
end
return done({moved, q.ready, failure, hasMore and 1 or 0})
`;
