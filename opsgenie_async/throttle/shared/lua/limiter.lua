-- One lane of the whole fleet: `DomainLimiter` of limiter.py, with the slow start of concurrency.py.
local Limiter = {}

local function find(period)
  for _, pace in ipairs(S.paces) do
    if pace.period == period then return pace end
  end
end

local function learn(pace)
  local first, learned = nil, 0
  for place, each in ipairs(S.paces) do
    if not each.known then
      first = first or place
      learned = learned + 1
    end
  end
  if learned >= MOST_LEARNED then table.remove(S.paces, first) end
  S.paces[#S.paces + 1] = pace
  return pace
end

function Limiter.rate()
  local rate = HUGE
  for _, pace in ipairs(S.paces) do rate = math.min(rate, pace.rate) end
  return rate
end

-- Seconds until *count* permits may be granted, as far as the paces know.
function Limiter.wait(count)
  local wait = 0
  for _, pace in ipairs(S.paces) do wait = math.max(wait, Rate.wait(pace, count)) end
  return wait
end

local function grow_window(count)
  for _ = 1, count do
    if S.size >= S.most then return end
    S.size = math.min(S.most, S.size + (S.size < EAGER_UNTIL and 1 or WINDOW_STEP))
  end
end

local function close(send_time, period, retry_after)
  local key = period or ((not retry_after or retry_after <= 1) and 1 or 60)
  local pace = find(key)
  if pace then Rate.record_refusal(pace, send_time) else pace = learn(Rate.from_refusal(key, send_time)) end
  S.epoch = S.epoch + 1
  S.closing = Probing.new(period, pace, retry_after, S.waiting)
end

function Limiter.record_success(at, count, answer, latency, probe)
  grow_window(count)
  if probe and S.closing then
    local closing = S.closing
    S.closing = false
    local send_time = tonumber(at)
    for _, pace in ipairs(S.paces) do Rate.record_probe(pace, at) end
    Rate.reopen(find(closing.of), Probing.is_window(closing, send_time), send_time - closing.empty_at)
  end
  for _, pace in ipairs(S.paces) do
    Rate.record_answer(pace, at, count, answer, latency)
    if not S.closing then
      for _ = 1, count do Rate.record_success(pace) end
    end
  end
end

function Limiter.record_refusal(at, epoch, probe, period, retry_after)
  local send_time, closing = tonumber(at), S.closing
  History.remove(at, 1)
  for _, pace in ipairs(S.paces) do Rate.forget(pace, at) end
  if not closing then
    if epoch == S.epoch then close(send_time, period, retry_after) end
  elseif not probe then
    Probing.obey(closing, retry_after)
  elseif period and period > closing.of then
    close(send_time, period, retry_after)
  else
    Probing.record_refusal(closing, find(closing.of), send_time, S.waiting, retry_after)
  end
end

function Limiter.slow_down(period)
  period = period or 1
  Rate.slow_down(find(period) or learn(Rate.from_warning(period)))
end

-- Limits that a client was given. The strictest holds, until nobody has repeated it for a while.
function Limiter.know(limits)
  for _, limit in ipairs(limits) do
    local period, count = limit[1], limit[2]
    local pace = find(period)
    if not pace then
      pace = Rate.from_limit(period, count)
      S.paces[#S.paces + 1] = pace
    elseif pace.known ~= count and (not pace.known or count < pace.known or now > pace.known_at + KNOWN_FOR) then
      local window = pace.window or Window.recall(period)
      for name, value in pairs(Rate.from_limit(period, count)) do pace[name] = value end
      pace.window = window
    end
    if pace.known == count then pace.known_at = now end
  end
end

-- A client sent calls that are not counted here.
function Limiter.miss()
  for _, pace in ipairs(S.paces) do pace.known_since = now end
end

function Limiter.remember(paces)
  for _, pace in ipairs(paces) do
    if not find(pace[1]) then S.paces[#S.paces + 1] = Rate.from_memory(pace[1], pace[2], pace[3]) end
  end
end
