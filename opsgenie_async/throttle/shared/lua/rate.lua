-- The pace of one limit: `RateEstimate` of rate.py, line by line, for permits that are granted by the batch.
local Rate = {}

local function clamp(pace, rate)
  return math.min(math.max(rate, 1 / pace.period), pace.ceiling)
end

local function most_of(pace, rate)
  return math.max(1, math.floor(rate * pace.period + 1e-6))
end

local function fill(pace)
  if now > pace.stamp then
    local most = math.max(1, pace.rate * pace.period)
    pace.tokens = math.min(most, pace.tokens + (now - pace.stamp) * pace.rate)
    pace.stamp = now
  end
end

local function set_rate(pace, rate)
  fill(pace) -- what flowed in until now did so at the old rate
  pace.rate = clamp(pace, rate)
  pace.floor = math.max(pace.floor, pace.rate / 2)
  if pace.tried_at == HUGE and most_of(pace, pace.rate) > most_of(pace, pace.settled) then pace.tried_at = now end
end

local function hold(pace)
  pace.grow_at = now + math.min(LONGEST_HOLD, pace.patience * math.max(SHORTEST_HOLD, 5 * pace.period))
end

local function last_period(pace)
  local least = History.between(pace.refused_at - pace.period, pace.refused_at)
  local most = least + pace.overdue
  return pace.settled > 0 and math.max(least, math.min(most, most_of(pace, pace.settled))) or most
end

local function lower_rate(pace)
  local period_rate = last_period(pace) / pace.period
  if not pace.rate_before then
    if pace.window then return period_rate end
    local sustained = History.sustained(pace.period, pace.refused_at)
    if period_rate * pace.period >= FEW then return sustained end
    return math.max(sustained, FALLBACK_RATE)
  end
  if pace.window then
    if pace.refused_at - pace.period < pace.known_since then return pace.rate_before end
    local least = period_rate * pace.period < FEW and pace.rate_before / 2 or 0
    return math.min(pace.rate_before, math.max(period_rate, least))
  end
  local between, flow = pace.refused_at - pace.empty_at, 0
  if between > 0 then flow = History.between(pace.empty_at, pace.refused_at) / between end
  local soon = pace.refused_at - pace.opened_at < pace.period / 4 or pace.accepted < 5
  return math.max(math.min(pace.rate_before, math.max(flow, period_rate)) * (soon and 0.9 or 0.98), pace.rate_before / 2)
end

local function is_plain(pace)
  local accepted = last_period(pace)
  if accepted < FEW then return false end
  return pace.window or pace.period < CLEAR or accepted / pace.period <= 1.1 * pace.rate
end

local function defies_bucket(pace)
  local before = pace.last_count
  pace.last_count = last_period(pace)
  local is_same = math.abs(pace.last_count - before) <= math.max(1, pace.last_count / 25)
  if not pace.rate_before or pace.idle < FILLED * pace.period or not is_same then return false end
  local elapsed = pace.refused_at - pace.opened_at
  return History.between(pace.opened_at, pace.refused_at) < SHORT * pace.rate_before * (pace.period + elapsed)
end

function Rate.new(period, rate, ceiling)
  return {
    period = period, rate = rate, ceiling = ceiling or HUGE, floor = rate / 2, window = false, overdue = 0,
    tokens = 0, best_rate = 0, idle = 0, last_count = 0, rate_before = false, proven = false, accepted = 0, step = FIRST_STEP,
    settled = 0, patience = 1, tried_at = HUGE, stamp = now, opened_at = now, refused_at = now, empty_at = now, grow_at = now, slowed_at = -HUGE,
    known_since = -HUGE,
  }
end

function Rate.from_limit(period, count)
  local pace = Rate.new(period, count / period, count / period)
  pace.window, pace.rate_before, pace.proven, pace.known = Window.new(period), pace.rate, true, count
  return pace
end

-- The pace that a client remembers of a server that forgot it.
function Rate.from_memory(period, rate, window)
  local pace = Rate.new(period, rate)
  pace.window, pace.rate_before, pace.proven, pace.known_since = window and Window.new(period), rate, true, now
  hold(pace)
  return pace
end

function Rate.from_refusal(period, send_time)
  local pace = Rate.new(period, FALLBACK_RATE)
  pace.refused_at = send_time
  pace.rate = clamp(pace, lower_rate(pace))
  pace.floor = pace.rate / 2
  return pace
end

function Rate.from_warning(period)
  local pace = Rate.from_refusal(period, now)
  pace.rate = math.max(pace.rate, FALLBACK_RATE)
  pace.floor = pace.rate / 2
  return pace
end

-- How many permits fit the window: more than settled after the end of a burst.
local function capacity(pace)
  local most, settled = most_of(pace, pace.rate), most_of(pace, pace.settled)
  if pace.settled == 0 or most <= settled or now >= pace.tried_at + pace.period then return most end
  return Window.wait(pace.window, settled, 1) >= pace.period * PAUSE and most or settled
end

-- How many permits may be granted now.
function Rate.room(pace)
  if pace.window then return math.max(0, capacity(pace) - Window.count(pace.window)) end
  fill(pace)
  return math.max(0, math.floor(pace.tokens + 1e-6))
end

-- Seconds until *count* permits may be granted together, as far as one can tell.
function Rate.wait(pace, count)
  if pace.window then
    local most = capacity(pace)
    return Window.wait(pace.window, most, math.min(count, most), true)
  end
  fill(pace)
  return math.max(0, (count - pace.tokens) / pace.rate)
end

-- Count permits as sent; they are used within *delay* seconds.
function Rate.take(pace, at, count, delay)
  if pace.window then return Window.add(pace.window, at, count, delay) end
  fill(pace)
  pace.tokens = pace.tokens - count
end

-- Take back permits that nobody used.
function Rate.restore(pace, at, count)
  if pace.window then return Window.remove(pace.window, at, count) end
  fill(pace)
  pace.tokens = math.min(math.max(1, pace.rate * pace.period), pace.tokens + count)
end

-- A probe, which no pace held up, was sent and accepted.
function Rate.record_probe(pace, at)
  if pace.window then Window.add(pace.window, at, 1, tonumber(at) - now) end
end

function Rate.forget(pace, at)
  if pace.window then Window.remove(pace.window, at, 1) end
end

function Rate.record_refusal(pace, send_time)
  pace.empty_at, pace.refused_at = pace.refused_at, send_time
  pace.overdue = pace.window and Window.overdue(pace.window, send_time) or 0
  pace.rate_before = pace.rate
  pace.step = FIRST_STEP
  pace.tried_at = HUGE
  set_rate(pace, lower_rate(pace))
end

local function settle(pace)
  local is_same = math.abs(pace.rate - pace.settled) <= math.max(0.5 / pace.period, SAME * pace.settled)
  local is_whole = pace.window and pace.rate >= HOPE * pace.best_rate
  pace.patience = is_whole and (is_same and math.min(2 * pace.patience, MOST_PATIENCE) or 2) or 1
  pace.settled, pace.tried_at = pace.rate, HUGE
end

function Rate.reopen(pace, is_window, idle)
  if defies_bucket(pace) then
    is_window, pace.rate_before = true, math.max(pace.rate_before, pace.last_count / pace.period)
  end
  if not is_window then
    pace.window = false
  elseif not pace.window and last_period(pace) >= FEW then
    pace.window = Window.recall(pace.period)
  end
  pace.rate = clamp(pace, lower_rate(pace))
  pace.floor = pace.rate / 2
  pace.best_rate = math.max(last_period(pace) / pace.period, HOPE * pace.best_rate)
  settle(pace)
  pace.proven = pace.rate_before and true or is_plain(pace)
  pace.accepted = 0
  pace.tokens = math.min(math.max(0, FILLED * pace.rate * idle - 1), pace.rate * pace.period)
  pace.opened_at, pace.stamp, pace.idle = now, now, idle
  hold(pace)
end

-- Calls of the grant *at* had their answers by *answer*, on average *latency* seconds after they were sent.
function Rate.record_answer(pace, at, count, answer, latency)
  if pace.window then Window.record_answer(pace.window, at, count, answer, latency) end
end

function Rate.is_used(pace)
  local worth = pace.rate * pace.period
  if pace.window then return Window.count(pace.window) >= worth / 2 end
  fill(pace)
  return pace.tokens < math.max(1, worth / 2)
end

local function step_up(pace, most)
  set_rate(pace, math.min(pace.rate * (1 + pace.step), most))
  pace.step = math.min(LAST_STEP, pace.step * STEP_GROWTH)
end

local function grow(pace)
  local gap = math.max(pace.period / 8, 1)
  local due = pace.window and math.floor((now - pace.grow_at) / gap) or 0
  step_up(pace, pace.ceiling)
  local most = math.min(pace.best_rate, pace.ceiling)
  while due > 0 and pace.rate < most do
    step_up(pace, most)
    due = due - 1
  end
  pace.grow_at = now + gap
end

function Rate.record_success(pace)
  pace.accepted = pace.accepted + 1
  if not pace.proven then
    local step = pace.accepted < FEW and 0.1 or 0.02
    local measured = History.between(now - 2, now) / 2
    set_rate(pace, math.max(pace.rate, math.min(pace.rate * (1 + step), 2 * measured)))
  elseif now >= pace.grow_at and Rate.is_used(pace) then
    grow(pace)
  end
end

function Rate.slow_down(pace)
  if now < pace.slowed_at + 1 then return end
  pace.slowed_at, pace.proven = now, true
  local measured = History.between(now - pace.period, now) / pace.period
  set_rate(pace, math.min(pace.rate, math.max(pace.rate * 0.95, measured / 2, pace.floor)))
  hold(pace)
end
