/** Creates a queue or changes its settings. Arguments: now, ARN, tag of a new one, settings as JSON. */
export const DECLARE = `
local packed = call('HGET', base .. 'queues', ARGV[2])
local settings = cjson.decode(ARGV[4])
settings.tag = packed and cmsgpack.unpack(packed).tag or ARGV[3]
call('HSET', base .. 'queues', ARGV[2], cmsgpack.pack(settings))
open(ARGV[2]).isChanged = true
return done({})
`;

const EMPTY = `
local function empty(q)
  for _, name in ipairs({'state', 'bodies', 'records', 'ready', 'hidden', 'ages', 'parked', 'tenants', 'groups', 'sent',
    'sent-ends', 'attempts', 'attempt-ends'}) do
    call('UNLINK', q.key .. name)
  end
end
`;

/** Forgets a queue. Arguments: now, ARN. */
export const DROP = `
${EMPTY}
local q = open(ARGV[2])
if not q then return missing() end
empty(q)
call('HDEL', base .. 'queues', q.arn)
local version = call('INCR', base .. 'version')
call('PUBLISH', base .. 'news', string.format('%s %.0f 0 -1', q.arn, version))
return {'ok', version, {q.arn, 0, -1}, {}}
`;

/** Forgets a queue's messages. Arguments: now, ARN. */
export const PURGE = `
${EMPTY}
local q = open(ARGV[2])
if not q then return missing() end
empty(q)
q.delayed, q.isChanged = 0, true
return done({})
`;

/** Lets time pass in a queue and counts it: visible, in flight, delayed. Arguments: now, ARN. */
export const COUNT = `
local q = open(ARGV[2])
if not q then return missing() end
if refresh(q) then return again() end
return done({visible(q), inFlight(q), q.delayed})
`;
