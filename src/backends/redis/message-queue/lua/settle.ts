import { MAX_VISIBILITY_MS } from '../../../../core/message-queue/visibility.ts';

/** What settling needs: the message of a receipt handle, or what is wrong with it. */
export const FIND = `
local function find(q, tag, seq, receipt)
  if tag ~= q.tag then return nil, 'invalid' end
  local m = load(q, seq)
  if not m then return nil, 'gone' end
  if m.receipt ~= receipt then return nil, 'stale' end
  return m
end

local function settleable(q, tag, seq, receipt)
  local m, outcome = find(q, tag, seq, receipt)
  if m and q.fifo and m.state ~= 'in-flight' then return nil, 'expired' end
  return m, outcome
end

-- A changed visibility ends the receive attempt that took the message.
local function forgetAttempt(q, m)
  local packed = m.attempt ~= '' and call('HGET', q.key .. 'attempts', m.attempt)
  if not packed then return end
  for _, seq in ipairs(cmsgpack.unpack(packed).taken) do
    if seq == m.seq then
      call('HDEL', q.key .. 'attempts', m.attempt)
      call('ZREM', q.key .. 'attempt-ends', m.attempt)
    end
  end
end
`;

/** Deletes messages. Arguments: now, ARN, then of each handle tag, sequence and receipt. Answers the outcomes. */
export const REMOVE = `
local q = open(ARGV[2])
if not q then return missing() end
if refresh(q) then return again() end
local outcomes = {}
for i = 3, #ARGV, 3 do
  local m, outcome = settleable(q, ARGV[i], ARGV[i + 1], ARGV[i + 2])
  if m then discard(q, m) end
  outcomes[#outcomes + 1] = outcome or 'done'
end
return done(outcomes)
`;

/** Changes when messages come back. Arguments: now, ARN, then of each tag, sequence, receipt and in how long. */
export const CHANGE_VISIBILITY = `
local q = open(ARGV[2])
if not q then return missing() end
if refresh(q) then return again() end
local outcomes = {}
for i = 3, #ARGV, 4 do
  local m, outcome = settleable(q, ARGV[i], ARGV[i + 1], ARGV[i + 2])
  if m then
    local timeoutMs = tonumber(ARGV[i + 3])
    if now + timeoutMs > m.received + ${MAX_VISIBILITY_MS} then outcome = 'too-long'
    else
      forgetAttempt(q, m)
      if timeoutMs > 0 then hide(q, m, now + timeoutMs)
      else
        show(q, m)
        m.visible = now
      end
    end
  end
  outcomes[#outcomes + 1] = outcome or 'done'
end
return done(outcomes)
`;

/** Gives messages back as if they had not been taken. Arguments: now, ARN, a receipt nobody has, then as for removing. */
export const RELEASE = `
local q = open(ARGV[2])
if not q then return missing() end
if refresh(q) then return again() end
local outcomes = {}
for i = 4, #ARGV, 3 do
  local m = find(q, ARGV[i], ARGV[i + 1], ARGV[i + 2])
  if m and m.state == 'in-flight' then
    m.count = m.count - 1
    if m.count == 0 then m.first = 0 end
    show(q, m, true)
    m.receipt, m.visible = ARGV[3], 0
  end
end
return done(outcomes)
`;
