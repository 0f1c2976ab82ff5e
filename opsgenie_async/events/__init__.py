"""Events of calls, and of runs of many calls, for hooks.

A call makes one or more attempts, with waits between them: `AttemptEnded`, `Waiting`, then `CallEnded`. `LaneChanged`
reports that a rate limit domain closed, reopened or changed its rate, `SharingChanged` that sharing of limits with
other clients stopped or resumed. `RunEnded` sums up a pull, a plan, an apply or an archive, `SliceEnded` a slice of an
archive, `AlertProcessed` an alert of your own program. `call` is method and path, such as "GET v2/teams", and `call_id`
the same number in all events of a call, for hooks that are an `Observer`. No event contains an API key, a query or a
body.
"""

from opsgenie_async.events.announcer import Announcer, Observer, Run
from opsgenie_async.events.call_logger import CallLogger
from opsgenie_async.events.client_state import ClientState, LaneState, StateSource
from opsgenie_async.events.log_lines import log_event
from opsgenie_async.events.values import (
    AlertProcessed,
    AttemptEnded,
    CallEnded,
    CallStarted,
    Event,
    LaneChanged,
    RunEnded,
    RunStarted,
    SharingChanged,
    SliceEnded,
    Start,
    Waiting,
)

__all__ = [
    "AlertProcessed",
    "Announcer",
    "AttemptEnded",
    "CallEnded",
    "CallLogger",
    "CallStarted",
    "ClientState",
    "Event",
    "LaneChanged",
    "LaneState",
    "Observer",
    "Run",
    "RunEnded",
    "RunStarted",
    "SharingChanged",
    "SliceEnded",
    "Start",
    "StateSource",
    "Waiting",
    "log_event",
]
