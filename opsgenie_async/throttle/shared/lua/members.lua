-- The clients that wait or send. Each has a record, the moment of its last report, and while it waits a place
-- in the queue: how much it was served so far. Who was served least is next (start-time fair queueing).
local Members = {}

local EMPTY = { waiting = 0, safe = 0, flying = 0, most = 0 }

function Members.load(id)
  local record = redis.call('HGET', KEYS[3], id)
  return record and cmsgpack.unpack(record)
end

-- Replace the record of a client by its latest report.
function Members.update(before, after)
  before = before or EMPTY
  S.used = S.used + after.flying - before.flying
  S.waiting = S.waiting + after.waiting - before.waiting
  S.most = S.most + after.most - before.most
end

function Members.save(id, member)
  redis.call('HSET', KEYS[3], id, cmsgpack.pack(member))
  redis.call('ZADD', KEYS[4], string.format('%.3f', now), id)
  if member.waiting > 0 then
    redis.call('ZADD', KEYS[5], string.format('%.6f', member.score), id)
  else
    redis.call('ZREM', KEYS[5], id)
  end
end

function Members.drop(id, member)
  if member then Members.update(member, EMPTY) end
  redis.call('HDEL', KEYS[3], id)
  redis.call('ZREM', KEYS[4], id)
  redis.call('ZREM', KEYS[5], id)
  if S.closing and S.closing.prober == id then S.closing.probing, S.closing.prober = false, false end
end

-- The permits of the dead go back.
function Members.bury()
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now - LEASE, 'LIMIT', 0, 50)) do
    Members.drop(id, Members.load(id))
  end
end

function Members.count()
  return redis.call('ZCARD', KEYS[4])
end

-- Who else waits and comes before or soon after *score*, at most *count*; who is late to ask is passed over.
function Members.rivals(id, score, count)
  local rivals, last = {}, string.format('%.6f', score)
  local ids = redis.call('ZRANGEBYSCORE', KEYS[5], '-inf', last, 'WITHSCORES', 'LIMIT', 0, count)
  for place = 1, #ids, 2 do
    if ids[place] ~= id then
      local member = Members.load(ids[place])
      if not member or now > member.due + LATE then
        redis.call('ZREM', KEYS[5], ids[place])
      else
        rivals[#rivals + 1] = { id = ids[place], waiting = member.waiting, score = tonumber(ids[place + 1]) }
      end
    end
  end
  return rivals
end

-- How many permits must be there before the one with *score* gets its *nth*, when each takes one in turn. Of equals
-- the one who asks comes first; for when to ask again, its *id* keeps them from coming all together.
function Members.position(rivals, score, nth, id)
  local position = nth
  for _, rival in ipairs(rivals) do
    local lead = score + nth - 1 - rival.score + (id and rival.id < id and 1e-6 or 0)
    position = position + math.min(rival.waiting, math.max(0, math.ceil(lead)))
  end
  return position
end
