-- The permits that a sliding window holds: `SlidingWindow` of window.py. Those without an answer stand under the moment
-- of their grant, in order; those with one by their arrival, and what arrived within a moment together.
local Window = {}

function Window.new(period)
  return { period = period, latency = false, sent = {}, arrived = {} }
end

-- A window with what was sent so far and not refused: nobody noted when each was answered.
function Window.recall(period)
  local window = Window.new(period)
  for _, step in ipairs(History.since(now - period - SLACK - LONGEST_QUEUE)) do
    local arrival = step.start + SLACK + math.min(LONGEST_QUEUE, GAP * (step.count - 1))
    table.insert(window.arrived, { arrival = arrival, first = arrival, start = step.start, count = step.count })
  end
  table.sort(window.arrived, function(one, other) return one.arrival < other.arrival end)
  return window
end

-- Forget what left the window long ago, and return how many permits it holds.
function Window.count(window)
  local period, kept, total = window.period, {}, 0
  for _, entry in ipairs(window.sent) do
    if entry.arrival + period > now and entry.count > 0 then
      kept[#kept + 1] = entry
      total = total + entry.count
    end
  end
  window.sent = kept
  local old = 0
  for place, entry in ipairs(window.arrived) do
    if entry.arrival + period > now then
      total = total + entry.count
    elseif entry.arrival + period + AFTERMATH <= now then
      old = place
    end
  end
  if old > 0 then
    local rest = {}
    for place = old + 1, #window.arrived do rest[#rest + 1] = window.arrived[place] end
    window.arrived = rest
  end
  return total
end

-- Seconds until *count* more fit where *most* may be; who is *hopeful* expects answers to show that calls
-- without one arrived as soon as others did.
function Window.wait(window, most, count, hopeful)
  local missing = Window.count(window) + count - most
  if missing <= 0 then return 0 end
  local period, leaving = window.period, {}
  for _, entry in ipairs(window.arrived) do
    if entry.arrival + period > now then leaving[#leaving + 1] = entry end
  end
  for _, entry in ipairs(window.sent) do
    local arrival = hopeful and window.latency and math.min(entry.arrival, entry.start + window.latency) or entry.arrival
    leaving[#leaving + 1] = { arrival = arrival, count = entry.count }
  end
  table.sort(leaving, function(one, other) return one.arrival < other.arrival end)
  for _, entry in ipairs(leaving) do
    missing = missing - entry.count
    if missing <= 0 then return math.max(0, entry.arrival + period - now) end
  end
  return period
end

-- How many permits it held at *moment* that had been granted more than a period before.
function Window.overdue(window, moment)
  local since, total = moment - window.period, 0
  for _, entries in ipairs({ window.sent, window.arrived }) do
    for _, entry in ipairs(entries) do
      if entry.start < since and entry.arrival > since then total = total + entry.count end
    end
  end
  return total
end

-- Count permits as sent: they are used within *delay* seconds, and as many more as calls take to get there.
function Window.add(window, at, count, delay)
  local last = window.sent[#window.sent]
  if last and last.at == at then
    last.count = last.count + count
    last.arrival = math.max(last.arrival, now + delay + SLACK)
  else
    window.sent[#window.sent + 1] = { at = at, start = tonumber(at), arrival = now + delay + SLACK, count = count }
  end
end

local function find(window, at)
  for place = #window.sent, 1, -1 do
    if window.sent[place].at == at then return window.sent[place] end
  end
end

function Window.remove(window, at, count)
  local entry = find(window, at)
  if entry then entry.count = math.max(0, entry.count - count) end
end

local function arrive(window, arrival, start, count)
  local place = #window.arrived
  while place > 0 and window.arrived[place].arrival > arrival do place = place - 1 end
  local before, after = window.arrived[place], window.arrived[place + 1]
  if before and arrival - before.first <= window.period * GRAIN then
    before.arrival, before.start, before.count = arrival, start, before.count + count
  elseif after and after.arrival - arrival <= window.period * GRAIN then
    after.first, after.count = math.min(after.first, arrival), after.count + count
  else
    table.insert(window.arrived, place + 1, { arrival = arrival, first = arrival, start = start, count = count })
  end
end

-- Calls of the grant *at* had their answers by *answer*, on average *latency* seconds after they were sent.
function Window.record_answer(window, at, count, answer, latency)
  latency = math.max(LEAST_LATENCY, latency)
  local usual = window.latency or latency
  window.latency = math.max(LEAST_LATENCY, usual * (latency > usual and 1 + LATENCY_STEP or 1 - LATENCY_STEP))
  local entry = find(window, at)
  if not entry then return end
  count = math.min(count, entry.count)
  if count == 0 then return end
  entry.count = entry.count - count
  arrive(window, window.latency <= SLACK and answer or math.min(answer, entry.arrival), entry.start, count)
end
