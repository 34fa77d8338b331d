/**
 * What all scripts begin with: the queues that a script opens, their messages, and what others are told at its end.
 *
 * Keys, all beginning with `KEYS[1]`:
 *
 *     queues                  by ARN: the tag and the settings
 *     sequence, version       counters over all queues: of messages, and of changes
 *     <tag>:state             what the queue counts itself, and what was published of it last
 *     <tag>:bodies            by sequence: the content, which no script reads
 *     <tag>:records           by sequence: everything else of a message
 *     <tag>:ready             standard: messages by place. FIFO: groups whose first message is ready, by place
 *     <tag>:hidden            delayed and taken messages by the instant when they are to be seen
 *     <tag>:ages              messages by the instant from which retention counts
 *     <tag>:parked, :tenants  standard with groups, see `standard-order.ts`
 *     <tag>:groups            FIFO, see `fifo-order.ts`
 *     <tag>:sent, :sent-ends            deduplication ids, and when they end
 *     <tag>:attempts, :attempt-ends     receive attempts, and when they end
 *
 * A sequence has 15 digits where it is a member or a field, so that equal scores sort by it.
 *
 * A script answers `{'ok', version, news, result}`, `{'missing', version}` when its queue is not there, or `{'again'}` when
 * it did a piece of what time has brought about and must be called once more. `news` is `arn, takeable, next` of each queue
 * that it opened; `next` is -1 when nothing is hidden.
 */
export const QUEUE = `
local base, now = KEYS[1], tonumber(ARGV[1])
local call, opened, order = redis.call, {}, {}
-- What else a change of state means, in a standard queue and in a FIFO one; set below.
local followInLine, followInGroup
local function open(arn)
  if opened[arn] ~= nil then return opened[arn] end
  local packed = call('HGET', base .. 'queues', arn)
  local q = packed and cmsgpack.unpack(packed)
  opened[arn] = q
  if not q then return q end
  q.arn, q.key, q.loaded, q.dirty, q.tenants = arn, base .. q.tag .. ':', {}, {}, {}
  q.place, q.delayed, q.said, q.saidNext = 0, 0, 0, 0
  local state = call('GET', q.key .. 'state')
  if state then q.place, q.delayed, q.said, q.saidNext = cmsgpack.unpack(state) end
  order[#order + 1] = q
  return q
end

local function load(q, seq)
  local m = q.loaded[seq]
  if m then return m end
  local packed = call('HGET', q.key .. 'records', seq)
  if not packed then return nil end
  m = {seq = seq}
  m.id, m.group, m.dedup, m.sent, m.enqueued, m.from, m.before, m.state, m.receipt, m.count, m.first, m.received,
    m.visible, m.place, m.attempt = cmsgpack.unpack(packed)
  q.loaded[seq] = m
  return m
end

local function pack(m)
  return cmsgpack.pack(m.id, m.group, m.dedup, m.sent, m.enqueued, m.from, m.before, m.state, m.receipt, m.count, m.first,
    m.received, m.visible, m.place, m.attempt)
end

local function nextPlace(q)
  q.place = q.place + 1
  return q.place
end

-- Follows a message from one state to another. It keeps its place where it says so, else it goes to the end.
local function become(q, m, state, keepsPlace)
  local from = m.state
  q.isChanged, q.dirty[m.seq] = true, m
  if from == state then return end
  m.state = state
  if from == 'delayed' then q.delayed = q.delayed - 1 end
  if state == 'delayed' then q.delayed = q.delayed + 1 end
  if q.fifo then followInGroup(q, m, from) else followInLine(q, m, from, keepsPlace) end
end

local function hide(q, m, untilMs)
  call('ZADD', q.key .. 'hidden', untilMs, m.seq)
  become(q, m, 'in-flight')
end

local function show(q, m, keepsPlace)
  call('ZREM', q.key .. 'hidden', m.seq)
  become(q, m, 'ready', keepsPlace)
end

-- Takes in a new message.
local function enter(q, m, body)
  m.state = 'absent'
  q.loaded[m.seq] = m
  call('HSET', q.key .. 'bodies', m.seq, body)
  call('ZADD', q.key .. 'ages', m.enqueued, m.seq)
  if m.visible > now then
    call('ZADD', q.key .. 'hidden', m.visible, m.seq)
    become(q, m, 'delayed')
  else
    become(q, m, 'ready')
  end
end

local function discard(q, m)
  if m.state ~= 'ready' then call('ZREM', q.key .. 'hidden', m.seq) end
  call('ZREM', q.key .. 'ages', m.seq)
  call('HDEL', q.key .. 'bodies', m.seq)
  call('HDEL', q.key .. 'records', m.seq)
  become(q, m, 'absent')
  q.loaded[m.seq], q.dirty[m.seq] = nil, nil
end

local function nextSequence()
  return string.format('%015.0f', call('INCR', base .. 'sequence'))
end

-- So much is done of what time brings about before the script must be called again.
local PIECE = 500

-- Lets time pass: what was hidden long enough can be taken, what was kept long enough is gone. Says whether there is more.
local function refresh(q)
  local due = call('ZRANGEBYSCORE', q.key .. 'hidden', '-inf', now, 'LIMIT', 0, PIECE)
  for _, seq in ipairs(due) do show(q, load(q, seq)) end
  if #due == PIECE then return true end
  local old = call('ZRANGEBYSCORE', q.key .. 'ages', '-inf', now - q.retentionMs, 'LIMIT', 0, PIECE)
  for _, seq in ipairs(old) do discard(q, load(q, seq)) end
  return #old == PIECE
end

local function inFlight(q)
  return call('ZCARD', q.key .. 'hidden') - q.delayed
end

local function visible(q)
  return call('HLEN', q.key .. 'bodies') - call('ZCARD', q.key .. 'hidden')
end

local function takeable(q)
  if inFlight(q) >= q.maxInFlight then return 0 end
  local ready = call('ZCARD', q.key .. 'ready')
  return q.fifo and ready or ready + call('ZCARD', q.key .. 'parked')
end

local function write(q)
  local fields = {}
  for seq, m in pairs(q.dirty) do
    fields[#fields + 1] = seq
    fields[#fields + 1] = pack(m)
    if #fields == 1000 then
      call('HSET', q.key .. 'records', unpack(fields))
      fields = {}
    end
  end
  if #fields > 0 then call('HSET', q.key .. 'records', unpack(fields)) end
  for group, tenant in pairs(q.tenants) do
    if tenant.inFlight == 0 and tenant.ready == 0 then call('HDEL', q.key .. 'tenants', group)
    else call('HSET', q.key .. 'tenants', group, cmsgpack.pack(tenant.inFlight, tenant.ready, tenant.noisy, tenant.lastSent))
    end
  end
end

-- Whoever waits in another process must hear that there is something to take, and when there will be; whoever asks for
-- idleness must hear that there is nothing left. More is not published: who takes is told the rest.
local function publish(q, version, more, nextMs)
  local said = more > 0 and 1 or 0
  local sooner = nextMs >= 0 and (q.saidNext == 0 or nextMs < q.saidNext or q.saidNext <= now)
  if said == q.said and not sooner then return end
  q.said, q.saidNext = said, math.max(nextMs, 0)
  call('PUBLISH', base .. 'news', string.format('%s %.0f %.0f %.0f', q.arn, version, more, nextMs))
end

-- Ends the script: writes what was only changed in memory.
local function done(result)
  local version, news, isChanged = nil, {}, false
  for _, q in ipairs(order) do isChanged = isChanged or q.isChanged end
  if isChanged then version = call('INCR', base .. 'version')
  else version = tonumber(call('GET', base .. 'version') or 0) end
  for _, q in ipairs(order) do
    local more, first = takeable(q), call('ZRANGE', q.key .. 'hidden', 0, 0, 'WITHSCORES')
    local nextMs = tonumber(first[2] or -1)
    if isChanged then
      write(q)
      publish(q, version, more, nextMs)
      call('SET', q.key .. 'state', cmsgpack.pack(q.place, q.delayed, q.said, q.saidNext))
    end
    news[#news + 1], news[#news + 2], news[#news + 3] = q.arn, more, nextMs
  end
  return {'ok', version, news, result}
end

local function missing()
  return {'missing', tonumber(call('GET', base .. 'version') or 0)}
end

-- Written before the script is called again.
local function again()
  done()
  return {'again'}
end
`;
