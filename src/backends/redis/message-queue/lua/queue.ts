/**
 * What all functions build on: the queues that one opens, their messages, and what others are told at its end.
 *
 * Keys, all beginning with the first key that a function is given:
 *
 *     queues                  by ARN: the tag and the settings; by ARN and ` state`: what is counted of the queue
 *     dropped                 how far the versions and sequences of queues got that are gone, so that none comes again
 *     <tag>:messages          by sequence: the content, which no function reads; by `r` and sequence: all else of a message
 *     <tag>:ready             standard: messages by place. FIFO: groups whose first message is ready, by place
 *     <tag>:hidden            delayed and taken messages by the instant when they are to be seen
 *     <tag>:ages              64 sequences each by the instant from which retention counts, of the oldest of them
 *     <tag>:parked, :tenants  standard with groups, see `standard-order.ts`
 *     <tag>:groups            FIFO, see `fifo-order.ts`
 *     <tag>:sent, :sent-ends            deduplication ids, and when they end
 *     <tag>:attempts, :attempt-ends     receive attempts, and when they end
 *
 * A sequence has 15 digits where it is a member or a field, so that equal scores sort by it.
 *
 * A write costs several times what a read costs, as it goes to the append-only file. So what is hidden, ready and stored is
 * gathered in memory and written at the end (`flush`), many in one command, and counts are kept with the state.
 *
 * A function answers `{'ok', news, result}`, `{'missing', version}` when its queue is not there, or `{'again'}` when it did a
 * piece of what time has brought about and must be called once more. `news` is `arn, version, takeable, next` of each queue
 * that it opened; versions grow with each change of a queue, `next` is 0 when nothing is hidden.
 */
export const QUEUE = `
-- Of the function that runs now: how it calls Redis, what keys begin with, the time, and the queues that it opened, by ARN and in order.
local call, base, now, opened, order
-- What else a change of state means, in a standard queue and in a FIFO one; set below.
local followInLine, followInGroup

local function begin(keys, args)
  -- Not there while the library is loaded.
  call = redis.call
  base, now, opened, order = keys[1], tonumber(args[1]), {}, {}
end

-- Tables are made with all their fields at once: growing them costs more than all else here.
local function open(arn)
  if opened[arn] ~= nil then return opened[arn] end
  local found = call('HMGET', base .. 'queues', arn, arn .. ' state')
  if not found[1] then
    opened[arn] = false
    return false
  end
  local tag, fifo, visibilityTimeoutMs, delayMs, retentionMs, maxInFlight, redriveTo, maxReceives, scope, formerScope,
    formerUntilMs = cmsgpack.unpack(found[1])
  local version, seq, place, ready, inFlight, delayed, groups, nextMs, oldestMs, bucket, bucketMs, said, saidNext,
    hasTenants = cmsgpack.unpack(found[2])
  local q = {
    arn = arn, key = base .. tag .. ':', tag = tag,
    -- settings
    fifo = fifo, visibilityTimeoutMs = visibilityTimeoutMs, delayMs = delayMs, retentionMs = retentionMs,
    maxInFlight = maxInFlight, redriveTo = redriveTo, maxReceives = maxReceives, scope = scope, formerScope = formerScope,
    formerUntilMs = formerUntilMs,
    -- state
    version = version, seq = seq, place = place, ready = ready, inFlight = inFlight, delayed = delayed, groups = groups,
    nextMs = nextMs, oldestMs = oldestMs, bucket = bucket, bucketMs = bucketMs, said = said, saidNext = saidNext,
    hasTenants = hasTenants,
    -- of this run
    isChanged = false, isNextUnknown = false, ahead = false, aheadAt = 0,
    loaded = {}, dirty = {}, bodies = {}, gone = {}, atReady = {}, atHidden = {}, atParked = {}, tenants = {},
  }
  opened[arn], order[#order + 1] = q, q
  return q
end

local function writeState(q)
  call('HSET', base .. 'queues', q.arn .. ' state', cmsgpack.pack(q.version, q.seq, q.place, q.ready, q.inFlight, q.delayed,
    q.groups, q.nextMs, q.oldestMs, q.bucket, q.bucketMs, q.said, q.saidNext, q.hasTenants))
end

local function digits(seq)
  return string.format('%015.0f', seq)
end

local function unpackMessage(q, seq, packed)
  local id, group, dedup, sent, enqueued, from, before, state, receipt, count, first, received, visible, place, attempt =
    cmsgpack.unpack(packed)
  local m = {
    seq = seq, id = id, group = group, dedup = dedup, sent = sent, enqueued = enqueued, from = from, before = before,
    state = state, receipt = receipt, count = count, first = first, received = received, visible = visible, place = place,
    attempt = attempt,
  }
  q.loaded[seq] = m
  return m
end

local function load(q, seq)
  if q.loaded[seq] then return q.loaded[seq] end
  local packed = not q.gone[seq] and call('HGET', q.key .. 'messages', 'r' .. seq)
  return packed and unpackMessage(q, seq, packed)
end

local function loadAll(q, seqs)
  if #seqs == 0 then return end
  local fields = {}
  for i, seq in ipairs(seqs) do fields[i] = 'r' .. seq end
  for i, packed in ipairs(call('HMGET', q.key .. 'messages', unpack(fields))) do
    if packed and not q.loaded[seqs[i]] and not q.gone[seqs[i]] then unpackMessage(q, seqs[i], packed) end
  end
end

local function bodyOf(q, seq)
  return q.bodies[seq] or call('HGET', q.key .. 'messages', seq)
end

local function nextPlace(q)
  q.place = q.place + 1
  return q.place
end

local COUNTED = {ready = 'ready', delayed = 'delayed', ['in-flight'] = 'inFlight'}

local function count(q, state, by)
  local counted = COUNTED[state]
  if counted then q[counted] = q[counted] + by end
end

-- Follows a message from one state to another. It keeps its place where it says so, else it goes to the end.
local function become(q, m, state, keepsPlace)
  local from = m.state
  q.isChanged, q.dirty[m.seq] = true, m
  if from == state then return end
  m.state = state
  count(q, from, -1)
  count(q, state, 1)
  if q.fifo then followInGroup(q, m, from) else followInLine(q, m, from, keepsPlace) end
end

-- What was to be seen first may be that no more.
local function leaveHidden(q, m)
  if m.state == 'ready' or m.state == 'absent' then return end
  q.atHidden[m.seq] = false
  if m.visible == q.nextMs then q.isNextUnknown = true end
end

local function hide(q, m, untilMs, state)
  leaveHidden(q, m)
  m.visible, q.atHidden[m.seq] = untilMs, untilMs
  if q.nextMs == 0 or untilMs < q.nextMs then q.nextMs = untilMs end
  become(q, m, state or 'in-flight')
end

local function show(q, m, keepsPlace)
  leaveHidden(q, m)
  become(q, m, 'ready', keepsPlace)
end

local BUCKET = 64

-- Takes in a new message.
local function enter(q, m, body)
  q.seq = q.seq + 1
  local bucket = math.floor(q.seq / BUCKET)
  m.seq = digits(q.seq)
  q.loaded[m.seq], q.bodies[m.seq] = m, body
  if bucket ~= q.bucket or m.enqueued < q.bucketMs then
    call('ZADD', q.key .. 'ages', 'LT', m.enqueued, bucket)
    q.bucket, q.bucketMs = bucket, m.enqueued
    if q.oldestMs == 0 or m.enqueued < q.oldestMs then q.oldestMs = m.enqueued end
  end
  if m.visible > now then hide(q, m, m.visible, 'delayed') else become(q, m, 'ready') end
end

local function discard(q, m)
  leaveHidden(q, m)
  become(q, m, 'absent')
  q.loaded[m.seq], q.dirty[m.seq], q.bodies[m.seq], q.gone[m.seq] = nil, nil, nil, true
end

-- So much is done of what time brings about before the script must be called again.
local PIECE = 512

-- Discards what was kept long enough. Says whether there is more.
local function expire(q, cutMs)
  local buckets = call('ZRANGEBYSCORE', q.key .. 'ages', '-inf', cutMs, 'LIMIT', 0, PIECE / BUCKET)
  for _, bucket in ipairs(buckets) do
    local seqs, oldestMs = {}, nil
    for i = 0, BUCKET - 1 do seqs[i + 1] = digits(bucket * BUCKET + i) end
    loadAll(q, seqs)
    for _, seq in ipairs(seqs) do
      local m = q.loaded[seq]
      if m and m.enqueued <= cutMs then discard(q, m)
      elseif m then oldestMs = math.min(oldestMs or m.enqueued, m.enqueued)
      end
    end
    if oldestMs then call('ZADD', q.key .. 'ages', oldestMs, bucket) else call('ZREM', q.key .. 'ages', bucket) end
    -- What enters it next says from when it is again.
    if tonumber(bucket) == q.bucket then q.bucket = -1 end
  end
  q.isChanged = true
  q.oldestMs = tonumber(call('ZRANGE', q.key .. 'ages', 0, 0, 'WITHSCORES')[2] or 0)
  return #buckets == PIECE / BUCKET
end

-- Lets time pass: what was hidden long enough can be taken, what was kept long enough is gone. Says whether there is more.
local function refresh(q)
  if q.nextMs ~= 0 and q.nextMs <= now then
    local due = call('ZRANGEBYSCORE', q.key .. 'hidden', '-inf', now, 'LIMIT', 0, PIECE)
    loadAll(q, due)
    for _, seq in ipairs(due) do show(q, q.loaded[seq]) end
    q.isChanged, q.isNextUnknown = true, true
    if #due == PIECE then return true end
  end
  local cutMs = now - q.retentionMs
  return q.oldestMs ~= 0 and q.oldestMs <= cutMs and expire(q, cutMs)
end

local function takeable(q)
  if q.inFlight >= q.maxInFlight then return 0 end
  return q.fifo and q.groups or q.ready
end

local function inPieces(command, key, items)
  for i = 1, #items, 1000 do call(command, key, unpack(items, i, math.min(i + 999, #items))) end
end

local function writeScores(q, name, scores)
  local set, gone = {}, {}
  for member, score in pairs(scores) do
    if score then set[#set + 1], set[#set + 2] = score, member else gone[#gone + 1] = member end
  end
  inPieces('ZADD', q.key .. name, set)
  inPieces('ZREM', q.key .. name, gone)
end

-- Writes what was gathered.
local function flush(q)
  if next(q.atHidden) then
    writeScores(q, 'hidden', q.atHidden)
    q.atHidden = {}
  end
  if next(q.atReady) then
    writeScores(q, 'ready', q.atReady)
    q.atReady = {}
  end
  if next(q.atParked) then
    writeScores(q, 'parked', q.atParked)
    q.atParked = {}
  end
  if next(q.dirty) then
    local set = {}
    for seq, m in pairs(q.dirty) do
      set[#set + 1] = 'r' .. seq
      set[#set + 1] = cmsgpack.pack(m.id, m.group, m.dedup, m.sent, m.enqueued, m.from, m.before, m.state, m.receipt,
        m.count, m.first, m.received, m.visible, m.place, m.attempt)
      if q.bodies[seq] then
        set[#set + 1] = seq
        set[#set + 1] = q.bodies[seq]
      end
    end
    inPieces('HSET', q.key .. 'messages', set)
    q.dirty, q.bodies = {}, {}
  end
  if next(q.gone) then
    local gone = {}
    for seq in pairs(q.gone) do gone[#gone + 1], gone[#gone + 2] = seq, 'r' .. seq end
    inPieces('HDEL', q.key .. 'messages', gone)
    q.gone = {}
  end
end

-- Whoever waits in another process must hear that there is something to take, and when there will be; whoever asks for
-- idleness must hear that there is nothing left. More is not published: who takes is told the rest.
local function publish(q)
  local more = takeable(q)
  local said = more > 0 and 1 or 0
  local isSooner = q.nextMs ~= 0 and (q.saidNext == 0 or q.nextMs < q.saidNext or q.saidNext <= now)
  if said == q.said and not isSooner then return end
  q.said, q.saidNext = said, q.nextMs
  call('PUBLISH', base .. 'news', string.format('%s %.0f %.0f %.0f', q.arn, q.version, more, q.nextMs))
end

local function writeTenants(q)
  for group, tenant in pairs(q.tenants) do
    if tenant.inFlight == 0 and tenant.ready == 0 then call('HDEL', q.key .. 'tenants', group)
    else call('HSET', q.key .. 'tenants', group, cmsgpack.pack(tenant.inFlight, tenant.ready, tenant.noisy, tenant.lastSent))
    end
  end
end

local function settleState(q)
  flush(q)
  writeTenants(q)
  q.version = q.version + 1
  if q.inFlight + q.delayed == 0 then q.nextMs = 0
  elseif q.isNextUnknown then
    q.nextMs = tonumber(call('ZRANGE', q.key .. 'hidden', 0, 0, 'WITHSCORES')[2])
  end
  if q.ready + q.inFlight + q.delayed == 0 and q.oldestMs ~= 0 then
    call('UNLINK', q.key .. 'ages')
    q.oldestMs, q.bucket = 0, -1
  end
  publish(q)
  writeState(q)
end

-- Ends the script.
local function done(result)
  local news = {}
  for _, q in ipairs(order) do
    if q.isChanged then settleState(q) end
    local i = #news
    news[i + 1], news[i + 2], news[i + 3], news[i + 4] = q.arn, q.version, takeable(q), q.nextMs
  end
  return {'ok', news, result}
end

local function missing()
  return {'missing', tonumber(call('HGET', base .. 'dropped', 'version') or 0)}
end

-- What was done so far is written before the script is called again.
local function again()
  done()
  return {'again'}
end
`;
