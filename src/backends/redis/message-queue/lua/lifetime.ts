/** Creates a queue or changes its settings. Arguments: now, ARN, tag of a new one, settings as JSON. */
export const DECLARE = `
local packed = call('HGET', base .. 'queues', ARGV[2])
local said = cjson.decode(ARGV[4])
local tag = packed and cmsgpack.unpack(packed) or ARGV[3]
local redrive, former = said.redrive or {}, said.formerScope or {}
call('HSET', base .. 'queues', ARGV[2], cmsgpack.pack(tag, said.fifo, said.visibilityTimeoutMs, said.delayMs,
  said.retentionMs, said.maxInFlight, redrive.to or false, redrive.maxReceiveCount or 0, said.deduplicationScope,
  former.scope or false, former.untilMs or 0))
if not packed then
  local dropped = call('HMGET', base .. 'dropped', 'version', 'sequence')
  writeState({arn = ARGV[2], version = tonumber(dropped[1] or 0), seq = tonumber(dropped[2] or 0), place = 0, ready = 0,
    inFlight = 0, delayed = 0, groups = 0, nextMs = 0, oldestMs = 0, bucket = -1, bucketMs = 0, said = 0, saidNext = 0,
    hasTenants = false})
end
open(ARGV[2]).isChanged = true
return done({})
`;

/** Removes what is kept of a queue's messages. */
export const EMPTY = `
local function empty(q)
  for _, name in ipairs({'messages', 'ready', 'hidden', 'ages', 'parked', 'tenants', 'groups', 'sent', 'sent-ends',
    'attempts', 'attempt-ends'}) do
    call('UNLINK', q.key .. name)
  end
end
`;

/** Forgets a queue. Arguments: now, ARN. */
export const DROP = `
local q = open(ARGV[2])
if not q then return missing() end
empty(q)
call('HDEL', base .. 'queues', q.arn, q.arn .. ' state')
local dropped = call('HMGET', base .. 'dropped', 'version', 'sequence')
local version = math.max(tonumber(dropped[1] or 0), q.version + 1)
local sequence = math.max(tonumber(dropped[2] or 0), q.seq)
call('HSET', base .. 'dropped', 'version', version, 'sequence', sequence)
call('PUBLISH', base .. 'news', string.format('%s %.0f 0 0', q.arn, version))
return {'ok', {q.arn, version, 0, 0}, {}}
`;

/** Forgets a queue's messages. Arguments: now, ARN. */
export const PURGE = `
local q = open(ARGV[2])
if not q then return missing() end
empty(q)
q.ready, q.inFlight, q.delayed, q.groups, q.nextMs, q.oldestMs, q.bucket = 0, 0, 0, 0, 0, 0, -1
q.isChanged = true
return done({})
`;

/** Lets time pass in a queue and counts it: visible, in flight, delayed. Arguments: now, ARN. */
export const COUNT = `
local q = open(ARGV[2])
if not q then return missing() end
if refresh(q) then return again() end
return done({q.ready, q.inFlight, q.delayed})
`;
