-- One exchange with a client: what it has to report, and the permits that it gets for its waiting calls.
now = server_time()
local request = cjson.decode(ARGV[1])
local id = request.id

-- Changes nothing, and a full Redis refuses it: once it has let a script delete something, it refuses nothing more.
redis.call('SETRANGE', KEYS[1], 0, '')

local stored = redis.call('GET', KEYS[1])
if stored then
  S = cmsgpack.unpack(stored)
else
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5])
  S = { epoch = 0, size = WINDOW_FIRST, used = 0, most = 0, waiting = 0, turn = 0, paces = {}, closing = false }
  Limiter.remember(request.memory)
end
if request.alone then Limiter.miss() end
Limiter.know(request.limits)
Members.bury()

local before = Members.load(id)
local member = {
  waiting = request.waiting, safe = request.safe, flying = request.flying, most = request.most,
  score = before and before.score or 0, due = now,
}
-- Who comes anew, or did not ask when it was due, starts where the others are.
if not before or before.waiting == 0 or now > before.due + LATE then member.score = math.max(member.score, S.turn) end
Members.update(before, member)

-- What became of earlier permits.
for _, unused in ipairs(request.unused) do
  History.remove(unused[1], unused[2])
  for _, pace in ipairs(S.paces) do Rate.restore(pace, unused[1], unused[2]) end
end
if request.abandoned and S.closing and S.closing.prober == id then
  S.closing.probing, S.closing.prober = false, false
end
for _, answers in ipairs(request.accepted) do
  local probe = answers[5] and S.closing and S.closing.prober == id
  Limiter.record_success(answers[1], answers[2], now - answers[3], answers[4], probe)
end
for _, refusal in ipairs(request.refused) do
  local probe = refusal[3] and S.closing and S.closing.prober == id
  Limiter.record_refusal(refusal[1], refusal[2], probe, refusal[4] or nil, refusal[5] or nil)
end
if request.slow_down then Limiter.slow_down(request.slow_down > 0 and request.slow_down or nil) end

-- New permits.
local function room()
  local free = math.min(S.size, S.most) - S.used
  if S.closing then
    local moment = request.safe > 0 and S.closing.probe_at or Probing.sure_at(S.closing)
    return (not S.closing.probing and now >= moment) and math.min(1, free) or 0
  end
  for _, pace in ipairs(S.paces) do free = math.min(free, Rate.room(pace)) end
  return math.floor(free)
end

local free = room()
local rivals = {}
if S.waiting > member.waiting and not S.closing then
  rivals = Members.rivals(id, member.score + member.waiting, RIVALS)
end
local permits = 0
while permits < member.waiting and Members.position(rivals, member.score, permits + 1) <= free do
  permits = permits + 1
end
member.score = member.score + permits
local ahead = 0
if permits == member.waiting and not S.closing then
  ahead = math.max(0, math.min(request.ahead, math.floor((free - S.waiting) / 2)))
end

local reply = { permits = permits + ahead, at = '', probe = false }
if permits + ahead > 0 then
  reply.at = History.add(permits + ahead)
  reply.probe = S.closing and true or false
  if S.closing then
    S.closing.probing, S.closing.prober = true, id
  else
    S.turn = math.max(S.turn, member.score - 1)
    for _, pace in ipairs(S.paces) do Rate.take(pace, reply.at, permits + ahead, ahead > 0 and HOLD or 0) end
  end
  S.used, S.waiting = S.used + permits + ahead, S.waiting - permits
  member.flying, member.waiting = member.flying + permits + ahead, member.waiting - permits
end

-- When to ask again.
local members = math.max(1, Members.count())
local rate = Limiter.rate()
local busy = math.max(ASK_AGAIN, members * ASK_GAP)
local wait = HEARTBEAT
if S.closing then
  reply.opens = math.max(0, S.closing.probe_at - now)
  reply.sure = math.max(0, Probing.sure_at(S.closing) - now)
  if member.waiting > 0 then
    wait = S.closing.probing and busy or (request.safe > 0 and reply.opens or reply.sure)
  end
else
  reply.opens = Limiter.wait(1)
  reply.sure = reply.opens
  if member.waiting > 0 then
    local queue = math.max(1, redis.call('ZCARD', KEYS[5]))
    local batch = math.max(1, math.min(member.waiting, math.floor(rate / queue * BATCH)))
    wait = Limiter.wait(Members.position(rivals, member.score, batch, id))
    if math.min(S.size, S.most) - S.used < 1 then wait = math.max(wait, busy) end
  end
end
wait = math.min(HEARTBEAT, math.max(wait, ASK_SOONEST))
member.due = now + wait

if member.waiting == 0 and member.flying == 0 then
  Members.drop(id, member)
else
  Members.save(id, member)
end
redis.call('SET', KEYS[1], cmsgpack.pack(S), 'EX', request.keep)
for place = 2, 5 do redis.call('EXPIRE', KEYS[place], request.keep) end

reply.wait = wait
reply.epoch = S.epoch
reply.closed = S.closing and true or false
reply.period = S.closing and S.closing.period or false
reply.members = members
reply.calm = not S.closing and S.waiting == 0 and S.used <= math.min(S.size, S.most) / 2
for _, pace in ipairs(S.paces) do reply.calm = reply.calm and not Rate.is_used(pace) end
reply.full = math.min(S.size, S.most) - S.used < 1
reply.paces = {}
for place, pace in ipairs(S.paces) do
  reply.paces[place] = { pace.period, pace.rate, pace.window and true or false, pace.known and true or false }
end
return cjson.encode(reply)
