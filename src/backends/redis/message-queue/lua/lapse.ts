/** What time brings about, in pieces: a script that runs for long holds up all others. */
export const LAPSE = `
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
`;
