import { NOISY } from '../../../../core/message-queue/noisy-tenants.ts';

/**
 * Which message of a standard queue comes next: first come, first served; a message that comes back goes to the end. Among
 * messages with a group id the quiet tenants go first; those of noisy ones are parked when they are passed over.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
export const STANDARD_ORDER = `
local function tenantOf(q, group)
  local tenant = q.tenants[group]
  if tenant then return tenant end
  local packed = call('HGET', q.key .. 'tenants', group)
  tenant = {inFlight = 0, ready = 0, noisy = false, lastSent = 0}
  if packed then tenant.inFlight, tenant.ready, tenant.noisy, tenant.lastSent = cmsgpack.unpack(packed) end
  q.tenants[group] = tenant
  return tenant
end

local function step(state, from, to)
  return (to == state and 1 or 0) - (from == state and 1 or 0)
end

function followInLine(q, m, from, keepsPlace)
  if from == 'ready' and call('ZREM', q.key .. 'ready', m.seq) == 0 then call('ZREM', q.key .. 'parked', m.seq) end
  if m.state == 'ready' then
    if not keepsPlace then m.place = nextPlace(q) end
    call('ZADD', q.key .. 'ready', m.place, m.seq)
  end
  if m.group == '' then return end
  local tenant = tenantOf(q, m.group)
  if from == 'absent' then tenant.lastSent = now end
  tenant.inFlight = tenant.inFlight + step('in-flight', from, m.state)
  tenant.ready = tenant.ready + step('ready', from, m.state)
  if tenant.ready == 0 then tenant.noisy = false end
  -- Nothing is remembered of a tenant without messages.
  if tenant.ready == 0 and tenant.inFlight == 0 then tenant.lastSent = 0 end
end

local function isNoisy(q, m)
  if m.group == '' then return false end
  local tenant = tenantOf(q, m.group)
  local crowds = tenant.inFlight >= ${NOISY.inFlight} and tenant.inFlight > ${NOISY.share} * inFlight(q)
  local isSilent = now - tenant.lastSent > ${NOISY.untilSilentMs}
  tenant.noisy = not isSilent and (tenant.noisy or crowds)
  return tenant.noisy
end

local function firstOf(q, list)
  local seq = call('ZRANGE', q.key .. list, 0, 0)[1]
  return seq and load(q, seq)
end

-- The message, or nil; and whether the script must be called again, as it only parked what it may in one go.
local function nextInLine(q)
  if q.hasTenants == nil then q.hasTenants = call('EXISTS', q.key .. 'tenants') == 1 or next(q.tenants) ~= nil end
  if not q.hasTenants then return firstOf(q, 'ready') end
  local passedOver = firstOf(q, 'parked')
  if passedOver and not isNoisy(q, passedOver) then return passedOver end
  for _ = 1, PIECE do
    local m = firstOf(q, 'ready')
    if not m then return passedOver or firstOf(q, 'parked') end
    if not isNoisy(q, m) then return m end
    call('ZREM', q.key .. 'ready', m.seq)
    call('ZADD', q.key .. 'parked', m.place, m.seq)
    q.isChanged = true
  end
  return nil, true
end
`;
