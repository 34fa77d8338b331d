/** How a function ends: what was gathered is written, whoever waits is told, and the answer says how its queues stand. */
export const ENDING = `
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
