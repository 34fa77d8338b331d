/**
 * Which message of a FIFO queue comes next: order within each group. A message that cannot be taken bars all that come
 * after it in its group, never what comes before it (recorded). Groups take turns in the order in which they became
 * available.
 *
 * `<tag>:groups` holds all messages as `<group>\0<sequence>` in the order of their bytes: the messages of a group lie side
 * by side, in the order they were sent, whatever their state.
 */
export const FIFO_ORDER = `
-- The first message of a group, or the first after the one given.
local function inGroup(q, group, afterSeq)
  local from = afterSeq and '(' .. group .. '\\0' .. afterSeq or '[' .. group .. '\\0'
  local member = call('ZRANGEBYLEX', q.key .. 'groups', from, '(' .. group .. '\\1', 'LIMIT', 0, 1)[1]
  return member and load(q, string.sub(member, #group + 2))
end

function followInGroup(q, m, from)
  local member = m.group .. '\\0' .. m.seq
  if from == 'absent' then call('ZADD', q.key .. 'groups', 0, member) end
  if m.state == 'absent' then call('ZREM', q.key .. 'groups', member) end
  local first = inGroup(q, m.group)
  if not (first and first.state == 'ready') then q.groups = q.groups - call('ZREM', q.key .. 'ready', m.group)
  else q.groups = q.groups + call('ZADD', q.key .. 'ready', 'NX', nextPlace(q), m.group)
  end
end

-- One receive takes as many as it can from one group before it turns to the next.
local function nextInGroups(q, after)
  local follower = after and inGroup(q, after.group, after.seq)
  if follower and follower.state == 'ready' then return follower end
  local group = call('ZRANGE', q.key .. 'ready', 0, 0)[1]
  return group and inGroup(q, group)
end

-- The next message, given the one taken before it and how many are wanted.
local function nextOf(q, after, wanted)
  if q.fifo then return nextInGroups(q, after) end
  return nextInLine(q, wanted)
end
`;
