/** The messages of an open queue: they are loaded once, and go from one state to another in memory. */
export const MESSAGE = `
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
`;
