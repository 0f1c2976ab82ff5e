-- When the permits of the last minutes were granted, less those refused or returned: `History` of concurrency.py.
-- A list of "moment count". What is taken back is an entry of its own under the moment of its grant, so that adding
-- costs the same however long the list is; it is read only when a rate is worked out.
local History = { steps = nil }

local function flush_step()
  if S.step_at and S.step_count ~= 0 then
    redis.call('RPUSH', KEYS[2], S.step_at .. ' ' .. S.step_count)
  end
end

-- Count permits granted now, and return the moment that they go by.
function History.add(count)
  if not S.step_at or now >= tonumber(S.step_at) + HISTORY_STEP then
    flush_step()
    S.step_at, S.step_count = string.format('%.6f', now), 0
  end
  S.step_count = S.step_count + count
  History.steps = nil
  return S.step_at
end

function History.remove(at, count)
  if at == S.step_at then
    S.step_count = S.step_count - count
  else
    redis.call('RPUSH', KEYS[2], at .. ' ' .. -count)
  end
  local steps = History.steps
  if steps and steps.places[at] then
    local step = steps[steps.places[at]]
    step.count = step.count - count
  end
end

local function steps()
  if History.steps then return History.steps end
  local read, places, old = {}, {}, 0
  local function add(at, count)
    local place = places[at]
    if place then
      read[place].count = read[place].count + count
    elseif count > 0 then
      read[#read + 1] = { at = at, start = tonumber(at), count = count }
      places[at] = #read
    end
  end
  for place, entry in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
    local at, count = string.match(entry, '^(%S+) (%S+)$')
    if tonumber(at) < now - HISTORY_HORIZON then
      if place == old + 1 then old = place end
    else
      add(at, tonumber(count))
    end
  end
  if old > 0 then redis.call('LTRIM', KEYS[2], old, -1) end
  if S.step_at then add(S.step_at, S.step_count) end
  read.places = places
  History.steps = read
  return read
end

function History.between(first, last)
  local total, read = 0, steps()
  for place = #read, 1, -1 do
    local step = read[place]
    if step.start < first then break end
    if step.start <= last then total = total + step.count end
  end
  return total
end

function History.since(first)
  local later = {}
  for _, step in ipairs(steps()) do
    if step.start >= first and step.count > 0 then later[#later + 1] = step end
  end
  return later
end

function History.sustained(period, last)
  local best, total, read = 0, 0, steps()
  for place = #read, 1, -1 do
    local step = read[place]
    if step.start <= last then
      total = total + step.count
      best = math.max(best, total / (period + last - step.start))
    end
  end
  return best
end
