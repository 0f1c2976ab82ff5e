-- A closed lane: `Probing` of probing.py.
local Probing = {}

local function obey(closing, retry_after)
  if not retry_after then return end
  retry_after = math.min(retry_after, LONGEST_ORDER)
  closing.finish = math.max(closing.finish, now + retry_after)
  closing.probe_at = math.max(closing.probe_at, now + retry_after)
end
Probing.obey = obey

function Probing.new(period, pace, retry_after, waiting)
  local longest = period or LONGEST_PERIOD
  local most = longest * PROBE_SHARE
  local gap = period and math.min(1 / pace.rate, most) or FIRST_LOOK
  local closing = {
    of = pace.period, period = period or false, probing = false, prober = false, since = now, empty_at = now, refusals = 0,
    late = false, most = most, gap = gap, finish = now + longest,
    expected = pace.window and now + Rate.wait(pace, 1) or false, probe_at = now + gap,
  }
  if waiting < FEW_WAIT then
    closing.probe_at = math.max(closing.probe_at, now + FIRST_LOOK)
    if closing.expected then
      closing.probe_at = math.max(closing.probe_at, closing.expected > now and closing.expected or closing.finish)
    end
  end
  obey(closing, retry_after)
  return closing
end

function Probing.sure_at(closing)
  return math.max(closing.probe_at, closing.finish)
end

function Probing.record_refusal(closing, pace, send_time, waiting, retry_after)
  closing.probing = false
  closing.refusals = closing.refusals + 1
  closing.empty_at = send_time
  closing.late = closing.late or send_time - closing.since > math.max(3 / pace.rate, closing.most, BLUR)
  closing.gap = math.min(closing.gap * 2, closing.most)
  closing.probe_at = now + closing.gap
  if closing.expected and closing.expected > now then closing.probe_at = closing.expected end
  if 2 * closing.refusals > waiting then closing.probe_at = math.max(closing.probe_at, closing.finish) end
  obey(closing, retry_after)
end

function Probing.is_window(closing, send_time)
  if not closing.expected then return closing.late end
  return closing.refusals > 0 or send_time >= closing.expected - closing.most
end
