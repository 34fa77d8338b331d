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
  if from == 'ready' then
    q.atReady[m.seq] = false
    if q.hasTenants then q.atParked[m.seq] = false end
  end
  if m.state == 'ready' then
    if not keepsPlace then m.place = nextPlace(q) end
    q.atReady[m.seq] = m.place
  end
  if m.group == '' then return end
  q.hasTenants = true
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
  local crowds = tenant.inFlight >= ${NOISY.inFlight} and tenant.inFlight > ${NOISY.share} * q.inFlight
  local isSilent = now - tenant.lastSent > ${NOISY.untilSilentMs}
  tenant.noisy = not isSilent and (tenant.noisy or crowds)
  return tenant.noisy
end

local function firstOf(q, list)
  flush(q)
  local seq = call('ZRANGE', q.key .. list, 0, 0)[1]
  return seq and load(q, seq)
end

-- Without tenants messages are read in advance, as many as may be wanted.
local function nextWithoutTenants(q, wanted)
  local seq = q.ahead and q.ahead[q.aheadAt]
  if not seq then
    flush(q)
    q.ahead, q.aheadAt = call('ZRANGE', q.key .. 'ready', 0, math.min(wanted, PIECE) - 1), 1
    loadAll(q, q.ahead)
    seq = q.ahead[1]
  end
  q.aheadAt = q.aheadAt + 1
  return seq and q.loaded[seq]
end

-- So many are looked at in one go for one of a quiet tenant.
local AHEAD = 16

-- The message, or nil; and whether the script must be called again, as it only parked what it may in one go.
local function nextInLine(q, wanted)
  if not q.hasTenants then return nextWithoutTenants(q, wanted) end
  local passedOver = firstOf(q, 'parked')
  if passedOver and not isNoisy(q, passedOver) then return passedOver end
  for _ = 1, PIECE / AHEAD do
    flush(q)
    local seqs = call('ZRANGE', q.key .. 'ready', 0, AHEAD - 1)
    loadAll(q, seqs)
    for _, seq in ipairs(seqs) do
      local m = q.loaded[seq]
      if not isNoisy(q, m) then return m end
      q.atReady[seq], q.atParked[seq], q.isChanged = false, m.place, true
    end
    if #seqs < AHEAD then return passedOver or firstOf(q, 'parked') end
  end
  return nil, true
end
`;
