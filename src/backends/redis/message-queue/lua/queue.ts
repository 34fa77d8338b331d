/**
 * What all functions build on: the queues that one opens. Their messages, what time does to them, and what is written and told
 * at a function's end are in the files beside it.
 *
 * Keys, all beginning with the first key that a function is given:
 *
 *     queues                  by ARN: the tag and the settings; by ARN and ` state`: what is counted of the queue
 *     dropped                 how far the versions and sequences of queues got that are gone, so that none comes again
 *     <tag>:messages          by sequence: the content, which no function reads; by `r` and sequence: all else of a message
 *     <tag>:ready             standard: messages by place. FIFO: groups whose first message is ready, by place
 *     <tag>:hidden            delayed and taken messages by the instant when they are to be seen
 *     <tag>:ages              64 sequences each by the instant from which retention counts, of the oldest of them
 *     <tag>:parked, :tenants  standard with groups, see `standard-order.ts`
 *     <tag>:groups            FIFO, see `fifo-order.ts`
 *     <tag>:sent, :sent-ends            deduplication ids, and when they end
 *     <tag>:attempts, :attempt-ends     receive attempts, and when they end
 *
 * A sequence has 15 digits where it is a member or a field, so that equal scores sort by it.
 *
 * A write costs several times what a read costs, as it goes to the append-only file. So what is hidden, ready and stored is
 * gathered in memory and written at the end (`ending.ts`), many in one command, and counts are kept with the state.
 *
 * A function answers `{'ok', news, result}`, `{'missing', version}` when its queue is not there, or `{'again'}` when it did a
 * piece of what time has brought about and must be called once more. `news` is `arn, version, takeable, next` of each queue
 * that it opened; versions grow with each change of a queue, `next` is 0 when nothing is hidden.
 */
export const QUEUE = `
-- Of the function that runs now: how it calls Redis, what keys begin with, the time, and the queues that it opened, by ARN and in order.
local call, base, now, opened, order
-- What else a change of state means, in a standard queue and in a FIFO one; set below.
local followInLine, followInGroup

local function begin(keys, args)
  -- Not there while the library is loaded.
  call = redis.call
  base, now, opened, order = keys[1], tonumber(args[1]), {}, {}
end

-- Tables are made with all their fields at once: growing them costs more than all else here.
local function open(arn)
  if opened[arn] ~= nil then return opened[arn] end
  local found = call('HMGET', base .. 'queues', arn, arn .. ' state')
  if not found[1] then
    opened[arn] = false
    return false
  end
  local tag, fifo, visibilityTimeoutMs, delayMs, retentionMs, maxInFlight, redriveTo, maxReceives, scope, formerScope,
    formerUntilMs = cmsgpack.unpack(found[1])
  local version, seq, place, ready, inFlight, delayed, groups, nextMs, oldestMs, bucket, bucketMs, said, saidNext,
    hasTenants = cmsgpack.unpack(found[2])
  local q = {
    arn = arn, key = base .. tag .. ':', tag = tag,
    -- settings
    fifo = fifo, visibilityTimeoutMs = visibilityTimeoutMs, delayMs = delayMs, retentionMs = retentionMs,
    maxInFlight = maxInFlight, redriveTo = redriveTo, maxReceives = maxReceives, scope = scope, formerScope = formerScope,
    formerUntilMs = formerUntilMs,
    -- state
    version = version, seq = seq, place = place, ready = ready, inFlight = inFlight, delayed = delayed, groups = groups,
    nextMs = nextMs, oldestMs = oldestMs, bucket = bucket, bucketMs = bucketMs, said = said, saidNext = saidNext,
    hasTenants = hasTenants,
    -- of this run
    isChanged = false, isNextUnknown = false, ahead = false, aheadAt = 0,
    loaded = {}, dirty = {}, bodies = {}, gone = {}, atReady = {}, atHidden = {}, atParked = {}, tenants = {},
  }
  opened[arn], order[#order + 1] = q, q
  return q
end

local function writeState(q)
  call('HSET', base .. 'queues', q.arn .. ' state', cmsgpack.pack(q.version, q.seq, q.place, q.ready, q.inFlight, q.delayed,
    q.groups, q.nextMs, q.oldestMs, q.bucket, q.bucketMs, q.said, q.saidNext, q.hasTenants))
end
`;
