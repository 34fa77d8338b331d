/** What taking needs: receive attempts, and where dead letters go. */
export const TAKING = `
-- So many dead letters are moved before the script must be called again.
local DEAD_LETTERS = 100

-- The messages of that receive attempt when all are still as it took them.
local function takenBefore(q, attempt)
  local packed = attempt ~= '' and call('HGET', q.key .. 'attempts', attempt)
  if not packed then return nil end
  local entry, messages = cmsgpack.unpack(packed), {}
  if entry.untilMs <= now then return nil end
  for i, seq in ipairs(entry.taken) do
    local m = load(q, seq)
    if not m or m.state ~= 'in-flight' or m.receipt ~= entry.receipt then return nil end
    messages[i] = m
  end
  return messages
end

local function noteAttempt(q, attempt, messages, untilMs)
  forgetEnded(q, 'attempts', 'attempt-ends')
  local taken = {}
  for i, m in ipairs(messages) do taken[i], m.attempt = m.seq, attempt end
  local entry = {untilMs = untilMs, taken = taken, receipt = messages[1].receipt}
  call('HSET', q.key .. 'attempts', attempt, cmsgpack.pack(entry))
  call('ZADD', q.key .. 'attempt-ends', untilMs, attempt)
end

-- The queue that a message must go to, received as often as it was; nil when it stays.
local function deadLettersOf(q, m)
  if not q.redriveTo or m.count - m.before < q.maxReceives then return nil end
  local target = open(q.redriveTo)
  return target and target.arn ~= q.arn and target.fifo == q.fifo and target or nil
end

-- Its receives go on being counted. A FIFO dead-letter queue deduplicates by the message's own id and restarts its retention.
-- https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
local function adopt(q, m, from)
  enter(q, {seq = '', state = 'absent', id = m.id, group = m.group, dedup = q.fifo and m.id or '', sent = m.sent,
    enqueued = q.fifo and now or m.enqueued, from = from.arn, before = m.count, receipt = '', count = m.count,
    first = m.first, received = 0, visible = 0, place = 0, attempt = ''}, bodyOf(from, m.seq))
end

-- Up to as many messages as one wants who takes, of all that are wanted, none of them taken before; and whether there may
-- be more although there are none.
local function takeNew(q, want, all, redriven)
  local taken, hasMore = {}, false
  local limit = math.min(want.max, q.maxInFlight - q.inFlight)
  while #taken < limit and #redriven < DEAD_LETTERS do
    local m, isPiece = nextOf(q, taken[#taken], math.min(all - #taken, q.maxInFlight - q.inFlight))
    hasMore = isPiece
    if not m then break end
    local target = deadLettersOf(q, m)
    if target then
      adopt(target, m, q)
      discard(q, m)
      redriven[#redriven + 1] = {m.id, target.arn, m.count}
    else
      m.receipt, m.count, m.received = want.receipt, m.count + 1, now
      if m.first == 0 then m.first = now end
      hide(q, m, now + want.timeoutMs)
      taken[#taken + 1] = m
    end
  end
  return taken, hasMore or #redriven == DEAD_LETTERS
end

-- The messages as their taker gets them.
local function formsOf(q, taken)
  local forms, bodies = {}, {}
  for i, m in ipairs(taken) do bodies[i] = m.seq end
  if #taken > 0 then bodies = call('HMGET', q.key .. 'messages', unpack(bodies)) end
  for i, m in ipairs(taken) do
    forms[i] = {m.seq, bodies[i], m.id, m.group, m.dedup, m.sent, m.receipt, m.count, m.first, m.visible, m.from}
  end
  return forms
end
`;

/**
 * Takes messages for several at once, up to `max` for each, and hides them; one that was received too often moves to its
 * dead-letter queue instead. Arguments: now, ARN, how long a receive attempt lasts, then of each that takes max, for how long
 * (empty: as the queue says), receive attempt (empty: none), the receipt that all its messages get. Answers the queue's tag,
 * whether it is FIFO, for each that takes the messages and whether there may be more although there are none, and id, to and
 * receives of each message redriven.
 */
export const TAKE = `
local q = open(ARGV[2])
if not q then return missing() end
if refresh(q) then return again() end
local takes, redriven, all = {}, {}, 0
for i = 4, #ARGV, 4 do all = all + tonumber(ARGV[i]) end
for i = 4, #ARGV, 4 do
  local want = {max = tonumber(ARGV[i]), timeoutMs = tonumber(ARGV[i + 1]) or q.visibilityTimeoutMs, receipt = ARGV[i + 3]}
  local attempt = ARGV[i + 2]
  local taken, hasMore = takenBefore(q, attempt), false
  if taken then
    for _, m in ipairs(taken) do hide(q, m, now + want.timeoutMs) end
  else
    taken, hasMore = takeNew(q, want, all, redriven)
    if attempt ~= '' and #taken > 0 then noteAttempt(q, attempt, taken, now + tonumber(ARGV[3])) end
  end
  takes[#takes + 1] = {formsOf(q, taken), hasMore and 1 or 0}
  if want.timeoutMs == 0 then
    for _, m in ipairs(taken) do show(q, m) end
  end
  all = all - want.max
end
return done({q.tag, q.fifo and 1 or 0, takes, redriven})
`;
